-- The demo's tenants and their items. Run after schema.sql, as the same owner. The owner is bound by
-- row security too, so each tenant's rows are written in that tenant's name, in one transaction.

BEGIN;

SELECT set_config('app.current_tenant_id', '7a245486-3fc8-47ec-b303-04fefe7a58ff', true);
INSERT INTO tenants (id, name) VALUES ('7a245486-3fc8-47ec-b303-04fefe7a58ff', 'pawnee-parks-and-rec');
INSERT INTO items (id, title, tenant_id) VALUES
    ('997d0bee-351f-4b09-9dd3-2289da1ce0ba', 'art-fair', '7a245486-3fc8-47ec-b303-04fefe7a58ff'),
    ('bab62059-b702-442e-a053-7e4690d5510b', 'bench', '7a245486-3fc8-47ec-b303-04fefe7a58ff'),
    ('1bfa0393-0f74-4824-b234-052e49511a5c', 'concert', '7a245486-3fc8-47ec-b303-04fefe7a58ff'),
    ('1b94d748-6241-410c-95f5-015105316f27', 'drinking-fountain', '7a245486-3fc8-47ec-b303-04fefe7a58ff'),
    ('de5de5ab-abdd-499a-95a6-00f8c7b7130a', 'emergency-kit', '7a245486-3fc8-47ec-b303-04fefe7a58ff');

SELECT set_config('app.current_tenant_id', '162be16f-f76d-431a-a213-171838ded9ae', true);
INSERT INTO tenants (id, name) VALUES ('162be16f-f76d-431a-a213-171838ded9ae', 'dunder-mifflin');
INSERT INTO items (id, title, tenant_id) VALUES
    ('8e61526f-9d79-4dd6-98fb-91a93a0e8bd8', 'a4 paper', '162be16f-f76d-431a-a213-171838ded9ae'),
    ('591911e1-6b7b-431d-85dc-150c376460e1', 'binder', '162be16f-f76d-431a-a213-171838ded9ae'),
    ('988a7e6a-86ce-43cf-b4ef-88533ed5f9e6', 'calculator', '162be16f-f76d-431a-a213-171838ded9ae'),
    ('83d262f5-f87a-41ab-b8f9-9e33789e1ad6', 'desk', '162be16f-f76d-431a-a213-171838ded9ae'),
    ('43ce4e55-ef29-486a-87a5-c2c1aaf0f6c4', 'envelopes', '162be16f-f76d-431a-a213-171838ded9ae');

SELECT set_config('app.current_tenant_id', 'ebdba44d-ad48-4e73-9bd5-339e3c3fc590', true);
INSERT INTO tenants (id, name) VALUES ('ebdba44d-ad48-4e73-9bd5-339e3c3fc590', 'aliki-farms');
INSERT INTO items (id, title, tenant_id) VALUES
    ('23be6110-e5eb-4d57-a3f8-e005af1d554e', 'apple', 'ebdba44d-ad48-4e73-9bd5-339e3c3fc590'),
    ('e7863c93-5898-4f7a-84e7-8b11aa7e90e8', 'banana', 'ebdba44d-ad48-4e73-9bd5-339e3c3fc590'),
    ('bf5737bb-72e9-43c2-9d5e-af4deef14b6e', 'cherry', 'ebdba44d-ad48-4e73-9bd5-339e3c3fc590'),
    ('415fbfca-7ac4-4967-876f-e8f576b0a4aa', 'durian', 'ebdba44d-ad48-4e73-9bd5-339e3c3fc590'),
    ('76b3c023-c0da-4428-b12f-ea17baa4fd21', 'eggplant', 'ebdba44d-ad48-4e73-9bd5-339e3c3fc590');

COMMIT;
