-- Has the person of the account proven that the e-mail address is theirs? Of those who were here before, only who never
-- had a password can have come by a code alone.
ALTER TABLE users ADD COLUMN email_proven INTEGER NOT NULL DEFAULT 0;
UPDATE users SET email_proven = 1 WHERE email IS NOT NULL AND password_hash = '';

-- Nobody ever wrote here: when people were last seen stands in users and sessions.
DROP TABLE presence;
