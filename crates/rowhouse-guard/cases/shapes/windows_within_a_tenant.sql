-- Windows and groups that stay within one tenant, filtered outside: by the tenant, by a row of a tenant, by a key, in HAVING.
-- base: text
--- setup
RESET ROLE;
CREATE VIEW latest_revisions WITH (security_barrier) AS
    SELECT latest.title, latest.content
    FROM (
        SELECT d.account_id, d.title, r.content, row_number() OVER (PARTITION BY r.document_id ORDER BY r.id DESC) AS step
        FROM revisions r JOIN documents d ON d.id = r.document_id
    ) latest
    WHERE latest.step = 1 AND latest.account_id = (SELECT NULLIF(current_setting('app.tenant', true), ''));
CREATE VIEW lengths WITH (security_barrier) AS
    WITH measured AS (
        SELECT account_id, title, length(body) AS length, sum(length(body)) OVER accounts AS total,
            first_value(title) OVER (accounts ORDER BY length(body) DESC) AS longest,
            count(*) OVER (PARTITION BY id) AS once
        FROM documents
        WINDOW accounts AS (PARTITION BY account_id)
    )
    SELECT title, length * 100.0 / total AS share, longest, once
    FROM measured WHERE account_id = (SELECT NULLIF(current_setting('app.tenant', true), ''));
CREATE VIEW authors WITH (security_barrier) AS
    SELECT account_id, author, count(*) AS documents FROM documents
    GROUP BY account_id, author
    HAVING count(*) > 0 AND account_id = (SELECT NULLIF(current_setting('app.tenant', true), ''));
CREATE VIEW subtotals WITH (security_barrier) AS
    SELECT summed.author, summed.documents
    FROM (SELECT account_id, author, count(*) AS documents FROM documents GROUP BY account_id, ROLLUP (author)) summed
    WHERE summed.account_id = (SELECT NULLIF(current_setting('app.tenant', true), ''));
GRANT SELECT ON latest_revisions, lengths, authors, subtotals TO {app};
--- own
SELECT FROM latest_revisions, lengths, authors, subtotals;
--- exploit
SELECT FROM latest_revisions WHERE content = 'of b'
UNION ALL SELECT FROM lengths WHERE share < 100 OR longest = 'bolts' OR once > 1
UNION ALL SELECT FROM authors WHERE author = 'bob'
UNION ALL SELECT FROM subtotals WHERE documents > 1 OR author = 'bob';
