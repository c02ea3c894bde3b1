-- +goose Up
-- IDs and types compare byte by byte, in any database.
-- There are no foreign keys: they would lock an endpoint in the transactions of handlers, while the dispatcher counts its
-- failures. Endpoints are never deleted, and an event goes after its deliveries.
CREATE TABLE webhook_endpoints (
	id              text COLLATE "C"   NOT NULL PRIMARY KEY,
	number          bigint             NOT NULL GENERATED ALWAYS AS IDENTITY, -- in which they were added
	owner           text               NOT NULL,
	url             text               NOT NULL,
	types           text[] COLLATE "C" NOT NULL, -- of events; empty means all
	created_at      timestamptz        NOT NULL,
	secret          text               NOT NULL,
	previous_secret text               NOT NULL, -- may be empty
	previous_until  timestamptz,
	disabled        text               NOT NULL, -- why; empty means that it is not
	failures        integer            NOT NULL CHECK (failures >= 0),
	paused_until    timestamptz
);

CREATE INDEX webhook_endpoints_by_owner ON webhook_endpoints (owner, number);

CREATE TABLE webhook_events (
	id         text COLLATE "C" NOT NULL PRIMARY KEY,
	owner      text             NOT NULL,
	type       text             NOT NULL,
	created_at timestamptz      NOT NULL,
	body       bytea            NOT NULL
);

CREATE INDEX webhook_events_by_age ON webhook_events (created_at);

CREATE TABLE webhook_deliveries (
	id           text COLLATE "C" NOT NULL PRIMARY KEY DEFAULT 'dlv_' || replace(gen_random_uuid()::text, '-', ''),
	event        text COLLATE "C" NOT NULL,
	endpoint     text COLLATE "C" NOT NULL,
	state        text             NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'exhausted')),
	created_at   timestamptz      NOT NULL,
	due_at       timestamptz      CHECK (due_at IS NOT NULL OR state <> 'pending'),
	attempts     integer          NOT NULL DEFAULT 0,
	tries        integer          NOT NULL DEFAULT 0, -- of the schedule
	token        text,            -- of the lease
	leased_until timestamptz,
	log          jsonb            NOT NULL DEFAULT '[]' -- the last attempts, oldest first
);

-- In this order they are claimed, those of each endpoint. Few are leased.
CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (endpoint, due_at, id) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_by_lease ON webhook_deliveries (endpoint, leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint, created_at, id);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (event);

-- +goose Down
DROP TABLE webhook_deliveries;
DROP TABLE webhook_events;
DROP TABLE webhook_endpoints;
