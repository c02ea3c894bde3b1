-- +goose Up
CREATE TABLE idempotency_keys (
	owner       TEXT    NOT NULL,
	operation   TEXT    NOT NULL,
	key         TEXT    NOT NULL CHECK (length(key) <= 255 AND octet_length(key) BETWEEN 1 AND 1020),
	fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
	status      INTEGER NOT NULL CHECK (status BETWEEN 100 AND 599),
	body        BLOB    NOT NULL,
	created_at  INTEGER NOT NULL CHECK (created_at >= 0), -- microseconds since 1970, UTC
	PRIMARY KEY (owner, operation, key)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE idempotency_keys;
