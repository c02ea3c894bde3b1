-- +goose Up
CREATE TABLE idempotency_keys (
	owner       text        NOT NULL,
	operation   text        NOT NULL,
	key         text        NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
	fingerprint bytea       NOT NULL CHECK (octet_length(fingerprint) = 32),
	status      integer     NOT NULL CHECK (status BETWEEN 100 AND 599),
	header      json        NOT NULL CHECK (json_typeof(header) = 'object'), -- names to lists of values
	body        bytea       NOT NULL,
	created_at  timestamptz NOT NULL,
	expires_at  timestamptz NOT NULL CHECK (expires_at >= created_at),
	PRIMARY KEY (owner, operation, key)
);

CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

-- +goose Down
DROP TABLE idempotency_keys;
