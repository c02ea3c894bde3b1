-- Orders and idempotency keys get an owner. Those that are there already go to the first merchant, demo.
-- +goose Up
CREATE TABLE merchants (
	id         TEXT    NOT NULL PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 128),
	name       TEXT    NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 200),
	created_at INTEGER NOT NULL CHECK (created_at >= 0) -- microseconds since 1970, UTC
) STRICT, WITHOUT ROWID;

INSERT INTO merchants (id, name, created_at)
	SELECT 'demo', 'Demo merchant', unixepoch() * 1000000
	WHERE EXISTS (SELECT 1 FROM orders) OR EXISTS (SELECT 1 FROM idempotency_keys);

CREATE TABLE api_keys (
	hash        BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the key, which is not stored
	merchant_id TEXT    NOT NULL REFERENCES merchants (id),
	created_at  INTEGER NOT NULL CHECK (created_at >= 0)
) STRICT, WITHOUT ROWID;

-- A column that refers to another table cannot be added to one that has rows.
CREATE TABLE new_orders (
	id             BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
	merchant_id    TEXT    NOT NULL REFERENCES merchants (id),
	customer_id    TEXT    NOT NULL CHECK (length(customer_id) <= 64 AND octet_length(customer_id) BETWEEN 1 AND 256),
	amount_cents   INTEGER NOT NULL CHECK (amount_cents BETWEEN 1 AND 10000000),
	currency       TEXT    NOT NULL CHECK (currency GLOB '[A-Z][A-Z][A-Z]' AND octet_length(currency) = 3),
	status         TEXT    NOT NULL CHECK (status IN ('pending')),
	created_at     INTEGER NOT NULL CHECK (created_at >= 0), -- microseconds since 1970, UTC
	risk_score     REAL    NOT NULL CHECK (risk_score BETWEEN 0 AND 1),
	internal_notes TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO new_orders (id, merchant_id, customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes)
	SELECT id, 'demo', customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes FROM orders;

DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
CREATE INDEX orders_by_customer ON orders (merchant_id, customer_id, created_at DESC, id DESC);

-- +goose Down
CREATE TABLE old_orders (
	id             BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
	customer_id    TEXT    NOT NULL CHECK (length(customer_id) <= 64 AND octet_length(customer_id) BETWEEN 1 AND 256),
	amount_cents   INTEGER NOT NULL CHECK (amount_cents BETWEEN 1 AND 10000000),
	currency       TEXT    NOT NULL CHECK (currency GLOB '[A-Z][A-Z][A-Z]' AND octet_length(currency) = 3),
	status         TEXT    NOT NULL CHECK (status IN ('pending')),
	created_at     INTEGER NOT NULL CHECK (created_at >= 0), -- microseconds since 1970, UTC
	risk_score     REAL    NOT NULL CHECK (risk_score BETWEEN 0 AND 1),
	internal_notes TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO old_orders (id, customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes)
	SELECT id, customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes FROM orders;

DROP TABLE orders;
ALTER TABLE old_orders RENAME TO orders;
CREATE INDEX orders_by_customer ON orders (customer_id, created_at DESC, id DESC);
DROP TABLE api_keys;
DROP TABLE merchants;
