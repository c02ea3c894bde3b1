package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// jobs are what is measured, in this order: orders are read that were created.
var jobs = []string{"create", "get"}

// A figure is what a round of one service on one job has shown.
type figure struct {
	rate float64       // requests a second
	cost time.Duration // of processors, for each request
}

// rounds are the figures by job and service, in order.
type rounds map[string]map[string][]figure

// measureAll lets the services take turns. The first round warms up and does not count.
func measureAll(ctx context.Context, cfg config, services []*service) (rounds, error) {
	all := make(rounds)
	for _, job := range jobs {
		all[job] = make(map[string][]figure)
	}
	for round := range 1 + cfg.rounds {
		for _, job := range jobs {
			for i := range services {
				s := services[(round+i)%len(services)] // neither is always first
				f, err := measure(ctx, cfg, s, job, round)
				if err != nil {
					return nil, fmt.Errorf("%s of %s: %w", job, s.name, err)
				}
				if round > 0 {
					all[job][s.name] = append(all[job][s.name], f)
				}
			}
		}
	}
	return all, nil
}

// measure lets clients send requests for the length of a round.
func measure(ctx context.Context, cfg config, s *service, job string, round int) (figure, error) {
	clients := make([]*client, cfg.conns)
	for i := range clients {
		var err error
		if clients[i], err = dial(s); err != nil {
			return figure{}, err
		}
		defer clients[i].conn.Close()
	}
	before, err := s.processors()
	if err != nil {
		return figure{}, err
	}
	saved := make(chan error, 1)
	go func() {
		if cfg.profiles == "" || round == 0 {
			saved <- nil
			return
		}
		saved <- s.profile(ctx, cfg, fmt.Sprintf("%s-%s-%d.pb.gz", s.name, job, round))
	}()
	begin := time.Now()
	done, err := loop(ctx, clients, s, job, begin.Add(cfg.time))
	took := time.Since(begin)
	if err := errors.Join(err, <-saved); err != nil {
		return figure{}, err
	}
	after, err := s.processors()
	return figure{rate: float64(done) / took.Seconds(), cost: (after - before) / time.Duration(max(done, 1))}, err
}

// loop lets each client send one request after another until a time, and returns how many were answered.
func loop(ctx context.Context, clients []*client, s *service, job string, until time.Time) (done int, err error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	orders := s.orders
	for _, c := range clients {
		wg.Go(func() {
			n, created, failed := 0, []string(nil), error(nil)
			for failed == nil && ctx.Err() == nil && time.Now().Before(until) {
				if job == "create" {
					var path string
					path, failed = c.create()
					created = append(created, path)
				} else {
					failed = c.get(orders[rand.IntN(len(orders))]) //nolint:gosec // no secret
				}
				n++
			}
			mu.Lock()
			defer mu.Unlock()
			done += n
			s.orders = append(s.orders, created...)
			err = errors.Join(err, failed)
		})
	}
	wg.Wait()
	return done, errors.Join(err, ctx.Err())
}

// profile saves a profile of a round.
func (s *service) profile(ctx context.Context, cfg config, name string) (err error) {
	address := fmt.Sprintf("%sprofile?seconds=%d", s.profiles, max(1, int(cfg.time.Seconds())))
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("take profile: %w", err)
	}
	defer resp.Body.Close()
	file, err := os.Create(filepath.Join(cfg.profiles, name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(file, resp.Body)
	return err
}
