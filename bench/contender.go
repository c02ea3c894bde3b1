package main

import (
	"errors"
	"fmt"
)

// A contender is one way to write the API of the jobs.
type contender struct {
	name string
	// open returns the entrance to all four routes: POST /v1/orders,
	// GET /v1/orders/{order_id}, GET /v1/customers/{customer_id}/orders and
	// POST /v1/invoices. It is called once.
	open func() (entrance, error)
	// codec returns the contender's decoder and encoder by themselves; nil if it has none.
	codec func() (codec, error)
}

// contenders returns everything that can be compared. The first two are what
// the ratios refer to.
func contenders() []contender {
	return []contender{
		{name: encodingJSON, open: overHTTP(openEncodingJSON), codec: encodingJSONCodec},
		{name: sonicJSON, open: overHTTP(openSonic), codec: sonicCodec},
		{name: "tenon", open: overHTTP(openTenon), codec: tenonCodec},
		{name: "tenon+kit", open: overHTTP(openTenonKit)},
		{name: "encoding-json+chi", open: overHTTP(openChiKit)},
		{name: "gin", open: overHTTP(openGin)},
		{name: "echo", open: overHTTP(openEcho)},
		{name: "fiber", open: overFastHTTP(openFiber)},
		{name: "huma", open: overHTTP(openHuma)},
		{name: "fuego", open: overHTTP(openFuego)},
		{name: "ogen", open: overHTTP(openOgen)},
	}
}

// An entry is a contender that keeps the rules of the jobs it does.
type entry struct {
	name string
	api  entrance
	jobs map[string]entrance // by the name of the job
}

// enter opens the contenders and checks each against the rules of each job that
// it does. It returns one error that joins everything any of them does wrong.
func enter(contenders []contender, jobs []job) ([]entry, error) {
	var entries []entry
	var errs []error
	for _, c := range contenders {
		e, err := c.enter(jobs)
		if err != nil {
			errs = append(errs, fmt.Errorf("open %s: %w", c.name, err))
			continue
		}
		for _, j := range jobs {
			if e.jobs[j.name] == nil {
				continue
			}
			for _, err := range j.check(e.jobs[j.name]) {
				errs = append(errs, fmt.Errorf("%s: %s: %w", c.name, j.name, err))
			}
		}
		entries = append(entries, e)
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("refuse to time: a contender disagrees with the rules\n%w", errors.Join(errs...))
	}
	return entries, nil
}

// enter opens c. Its rules are not checked yet.
func (c contender) enter(jobs []job) (entry, error) {
	api, err := c.open()
	if err != nil {
		return entry{}, err
	}
	e := entry{name: c.name, api: api, jobs: make(map[string]entrance)}
	var parts codec
	if c.codec != nil {
		if parts, err = c.codec(); err != nil {
			return entry{}, err
		}
	}
	for _, j := range jobs {
		switch {
		case j.part == nil:
			e.jobs[j.name] = api
		case c.codec != nil:
			e.jobs[j.name] = j.part(parts)
		}
	}
	return e, nil
}
