-- length() of a text stops at U+0000; octet_length() does not.
-- +goose Up
CREATE TABLE idempotency_keys (
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

CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

-- +goose Down
DROP TABLE idempotency_keys;
