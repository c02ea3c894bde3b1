-- +goose Up
-- length() of a text stops at U+0000, which a customer ID may contain; octet_length() does not.
CREATE TABLE orders (
	id             BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
	customer_id    TEXT    NOT NULL CHECK (length(customer_id) <= 64 AND octet_length(customer_id) BETWEEN 1 AND 256),
	amount_cents   INTEGER NOT NULL CHECK (amount_cents BETWEEN 1 AND 10000000),
	currency       TEXT    NOT NULL CHECK (currency GLOB '[A-Z][A-Z][A-Z]' AND octet_length(currency) = 3),
	status         TEXT    NOT NULL CHECK (status IN ('pending')),
	created_at     INTEGER NOT NULL CHECK (created_at >= 0), -- microseconds since 1970, UTC
	risk_score     REAL    NOT NULL CHECK (risk_score BETWEEN 0 AND 1),
	internal_notes TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX orders_by_customer ON orders (customer_id, created_at DESC, id DESC);

-- +goose Down
DROP TABLE orders;
