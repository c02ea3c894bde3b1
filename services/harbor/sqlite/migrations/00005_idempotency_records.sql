-- Keys get the header of their answer and a time at which they expire. A key that is there already is refused until then:
-- its fingerprint was made in another way. So nothing is done twice, and nothing that was answered is lost.
-- +goose Up
CREATE TABLE new_keys (
	owner       TEXT    NOT NULL,
	operation   TEXT    NOT NULL,
	key         TEXT    NOT NULL CHECK (length(key) <= 255 AND octet_length(key) BETWEEN 1 AND 1020),
	fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
	status      INTEGER NOT NULL CHECK (status BETWEEN 100 AND 599),
	header      TEXT    NOT NULL CHECK (json_type(header) = 'object'), -- names to lists of values
	body        BLOB    NOT NULL,
	created_at  INTEGER NOT NULL CHECK (created_at >= 0), -- microseconds since 1970, UTC
	expires_at  INTEGER NOT NULL CHECK (expires_at >= created_at),
	PRIMARY KEY (owner, operation, key)
) STRICT, WITHOUT ROWID;

INSERT INTO new_keys (owner, operation, key, fingerprint, status, header, body, created_at, expires_at)
	SELECT iif(owner = '', 'demo', owner), operation, key, fingerprint, status,
		'{"Content-Type":["application/json"]}', body, created_at, created_at + 24 * 3600 * 1000000
	FROM idempotency_keys;

DROP TABLE idempotency_keys;
ALTER TABLE new_keys RENAME TO idempotency_keys;
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

-- +goose Down
CREATE TABLE old_keys (
	owner       TEXT    NOT NULL,
	operation   TEXT    NOT NULL,
	key         TEXT    NOT NULL CHECK (length(key) <= 255 AND octet_length(key) BETWEEN 1 AND 1020),
	fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
	status      INTEGER NOT NULL CHECK (status BETWEEN 100 AND 599),
	body        BLOB    NOT NULL,
	created_at  INTEGER NOT NULL CHECK (created_at >= 0), -- microseconds since 1970, UTC
	PRIMARY KEY (owner, operation, key)
) STRICT, WITHOUT ROWID;

INSERT INTO old_keys (owner, operation, key, fingerprint, status, body, created_at)
	SELECT owner, operation, key, fingerprint, status, body, created_at FROM idempotency_keys;

DROP TABLE idempotency_keys;
ALTER TABLE old_keys RENAME TO idempotency_keys;
