package main

import (
	"errors"
	"fmt"
	"net/http"
)

// A contender is one way to write the API of the four jobs.
type contender struct {
	name string
	// open returns the handler of all four routes: POST /v1/orders,
	// GET /v1/orders/{order_id}, GET /v1/customers/{customer_id}/orders and
	// POST /v1/invoices. It is called once.
	open func() (http.Handler, error)
}

// contenders returns everything that can be compared. The first two are what
// the ratios refer to.
func contenders() []contender {
	return []contender{
		{name: encodingJSON, open: openEncodingJSON},
		{name: sonicJSON, open: openSonic},
		{name: tenonName, open: openTenon},
	}
}

// An entry is a contender that keeps the rules of the jobs.
type entry struct {
	name    string
	handler http.Handler
}

// enter opens the contenders and checks each against the rules of each job. It
// returns one error that joins everything any of them does wrong.
func enter(contenders []contender, jobs []job) ([]entry, error) {
	var entries []entry
	var errs []error
	for _, c := range contenders {
		handler, err := c.open()
		if err != nil {
			errs = append(errs, fmt.Errorf("open %s: %w", c.name, err))
			continue
		}
		for _, j := range jobs {
			for _, err := range j.check(handler) {
				errs = append(errs, fmt.Errorf("%s: %s: %w", c.name, j.name, err))
			}
		}
		entries = append(entries, entry{name: c.name, handler: handler})
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("refuse to time: a contender disagrees with the rules\n%w", errors.Join(errs...))
	}
	return entries, nil
}
