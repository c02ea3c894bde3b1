-- Times are microseconds since 1970, UTC; 0 means none.
-- +goose Up
CREATE TABLE webhook_endpoints (
	number          INTEGER PRIMARY KEY, -- in the order in which they were added
	id              TEXT    NOT NULL UNIQUE,
	owner           TEXT    NOT NULL,
	url             TEXT    NOT NULL,
	types           TEXT    NOT NULL CHECK (json_type(types) = 'array'), -- of events; an empty list means all
	created_at      INTEGER NOT NULL,
	secret          TEXT    NOT NULL,
	previous_secret TEXT    NOT NULL, -- may be empty
	previous_until  INTEGER NOT NULL,
	disabled        TEXT    NOT NULL, -- why; empty means that it is not
	failures        INTEGER NOT NULL CHECK (failures >= 0),
	paused_until    INTEGER NOT NULL
) STRICT;

CREATE INDEX webhook_endpoints_by_owner ON webhook_endpoints (owner, number);
CREATE INDEX webhook_endpoints_disabled ON webhook_endpoints (number) WHERE disabled <> '';

CREATE TABLE webhook_events (
	number     INTEGER PRIMARY KEY,
	id         TEXT    NOT NULL,
	type       TEXT    NOT NULL,
	created_at INTEGER NOT NULL,
	body       BLOB    NOT NULL
) STRICT;

CREATE TABLE webhook_deliveries (
	number       INTEGER PRIMARY KEY,
	id           TEXT    NOT NULL UNIQUE,
	endpoint     INTEGER NOT NULL REFERENCES webhook_endpoints,
	event        INTEGER NOT NULL REFERENCES webhook_events,
	state        TEXT    NOT NULL CHECK (state IN ('pending', 'delivered', 'exhausted')),
	created_at   INTEGER NOT NULL, -- as that of the event
	due_at       INTEGER NOT NULL,
	attempts     INTEGER NOT NULL DEFAULT 0, -- replays included
	tries        INTEGER NOT NULL DEFAULT 0, -- of the schedule
	token        TEXT,             -- of the lease; NULL means that there is none
	leased_until INTEGER NOT NULL DEFAULT 0,
	log          TEXT    NOT NULL DEFAULT '[]' CHECK (json_type(log) = 'array') -- the last attempts, oldest first
) STRICT;

-- In this order they are claimed, of each endpoint, and with those that are leased left out.
CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (endpoint, due_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_by_lease ON webhook_deliveries (endpoint, leased_until) WHERE token IS NOT NULL;
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint, created_at, id);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at) WHERE state <> 'pending';
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (event);

-- +goose Down
DROP TABLE webhook_deliveries;
DROP TABLE webhook_events;
DROP TABLE webhook_endpoints;
