-- +goose Up
CREATE TABLE secrets (
	name  TEXT NOT NULL PRIMARY KEY,
	value BLOB NOT NULL CHECK (length(value) >= 32)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE secrets;
