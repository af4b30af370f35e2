-- A view of transfers filters by who sent them and hands out what belongs to the receiver.
-- object: public.referrals_sent
-- base: clinic
--- setup
CREATE TABLE referrals (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    practice_id uuid NOT NULL REFERENCES practices,
    sent_by uuid NOT NULL,
    letter text NOT NULL
);
CREATE INDEX ON referrals (practice_id);
INSERT INTO referrals (practice_id, sent_by, letter) VALUES ('{B}', '{A}', 'letter'), ('{A}', '{A}', 'own');
ALTER TABLE referrals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY practice ON referrals USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
GRANT SELECT ON referrals TO {ehr};
RESET ROLE;
--- leak
RESET ROLE;
CREATE VIEW referrals_sent WITH (security_barrier) AS SELECT id, practice_id, letter FROM referrals WHERE sent_by = current_setting('clinic.practice')::uuid;
GRANT SELECT ON referrals_sent TO {ehr};
--- twin
RESET ROLE;
CREATE VIEW referrals_sent WITH (security_barrier) AS SELECT id, practice_id, letter FROM referrals WHERE practice_id = current_setting('clinic.practice')::uuid;
GRANT SELECT ON referrals_sent TO {ehr};
--- exploit
SELECT letter FROM referrals_sent WHERE practice_id = '{B}';
