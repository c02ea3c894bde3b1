package e2e_test

import (
	"sync"

	"github.com/tenonapi/tenon/e2e/internal/judge"
)

// settle asks what became of everything, once nothing is broken any more.
func (w *workload) settle(workers int) {
	w.mu.Lock()
	wanted := make(map[want]bool)
	for _, a := range w.wanted {
		wanted[a] = true
	}
	bookmarks := w.bookmarks
	w.mu.Unlock()

	c := w.clients[1]
	var jobs []func()
	for a := range wanted {
		jobs = append(jobs, func() { w.create(c, a) })
	}
	for _, b := range bookmarks {
		jobs = append(jobs, func() { w.page(c, b, true) })
	}
	parallel(workers, jobs)

	// All that there is exists now.
	jobs = nil
	for _, t := range w.history.Tries {
		if _, listed := w.history.Orders[t.Location]; t.Outcome.Acknowledged() && !listed {
			w.history.Orders[t.Location] = ""
			jobs = append(jobs, func() {
				text := w.get(c, t.Location)
				w.mu.Lock()
				defer w.mu.Unlock()
				w.history.Orders[t.Location] = string(text)
			})
		}
	}
	customers := make(map[string]bool)
	for a := range wanted {
		customers[a.payload.Customer] = true
	}
	for customer := range customers {
		for _, limit := range []int{100, 37, 7} {
			jobs = append(jobs, func() { w.list(c, customer, limit) })
		}
	}
	parallel(workers, jobs)
}

// list notes the whole list of a customer.
func (w *workload) list(c *client, customer string, limit int) {
	l := judge.List{Customer: customer, Limit: limit}
	for b := (bookmark{customer: customer, limit: limit}); ; {
		p := w.page(c, b, false)
		l.Items = append(l.Items, texts(p.Items)...)
		if p.NextCursor == nil {
			break
		}
		b.cursor = *p.NextCursor
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.history.Lists = append(w.history.Lists, l)
}

// parallel runs all jobs, some at once.
func parallel(workers int, jobs []func()) {
	work := make(chan func())
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for job := range work {
				job()
			}
		})
	}
	for _, job := range jobs {
		work <- job
	}
	close(work)
	running.Wait()
}
