-- +goose Up
-- IDs compare byte by byte, in any database.
CREATE TABLE secrets (
	name  text  NOT NULL PRIMARY KEY,
	value bytea NOT NULL CHECK (octet_length(value) >= 32)
);

CREATE TABLE merchants (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 128),
	name       text             NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 200),
	created_at timestamptz      NOT NULL
);

CREATE TABLE api_keys (
	hash        bytea            NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32), -- SHA-256 of the key, which is not stored
	merchant_id text COLLATE "C" NOT NULL REFERENCES merchants (id),
	created_at  timestamptz      NOT NULL
);

CREATE TABLE orders (
	id             uuid             NOT NULL PRIMARY KEY,
	merchant_id    text COLLATE "C" NOT NULL REFERENCES merchants (id),
	customer_id    text COLLATE "C" NOT NULL CHECK (length(customer_id) BETWEEN 1 AND 64),
	amount_cents   bigint           NOT NULL CHECK (amount_cents BETWEEN 1 AND 10000000),
	currency       text COLLATE "C" NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
	status         text             NOT NULL CHECK (status IN ('pending')),
	created_at     timestamptz      NOT NULL CHECK (created_at >= '1970-01-01 00:00:00+00'),
	risk_score     double precision NOT NULL CHECK (risk_score BETWEEN 0 AND 1),
	internal_notes text             NOT NULL
);

CREATE INDEX orders_by_customer ON orders (merchant_id, customer_id, created_at DESC, id DESC);

-- +goose Down
DROP TABLE orders;
DROP TABLE api_keys;
DROP TABLE merchants;
DROP TABLE secrets;
