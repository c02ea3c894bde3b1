package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/redisstore"
	"github.com/tenonapi/tenon/ratelimit"
)

// limits bound what merchants and clients may ask for.
type limits struct {
	timeout    time.Duration  // of an operation; 0 means none
	concurrent int            // requests for each operation at once; 0 means any number
	rate       int            // requests of a merchant a minute; 0 means any number
	burst      int            // requests of a merchant at once; 0 means those of a minute
	failures   int            // refused credentials of an address a minute; 0 means any number
	redis      *redis.Options // nil means that quotas are kept in memory
}

// define defines the flags.
func (l *limits) define(s *settings) {
	s.duration(&l.timeout, "timeout", 5*time.Second, "longest `time` for an operation, then it is answered 504; 0 means none")
	s.number(&l.concurrent, "max-concurrent", 256, "`requests` for each operation at once, others are answered 503; 0 means any number")
	s.number(&l.rate, "rate-limit", 60_000, "`requests` of a merchant a minute, others are answered 429; 0 means any number")
	s.number(&l.burst, "rate-burst", 0, "`requests` of a merchant at once; 0 means those of a minute")
	s.number(&l.failures, "auth-failures", 30, "refused `credentials` of an address a minute, then it is answered 429; 0 means any number")
	s.add("redis-url", "", "`URL` of a Redis in which several processes share quotas, redis:// or rediss://; without it they are in memory. "+
		"Requests go on without quotas while it is away", func(text string) (err error) {
		if l.redis, err = redis.ParseURL(text); err != nil { // which would show the password
			return errors.New("want redis://user:password@host:port/number, or rediss:// for TLS")
		}
		l.redis.ContextTimeoutEnabled = true
		return nil
	})
}

// quotas returns where quotas are kept, and the hook that closes it, if there is
// anything to close. Redis need not be there yet.
func (l *limits) quotas() (ratelimit.Store, []tenon.Hook, error) {
	if l.redis == nil {
		return new(ratelimit.Memory), nil, nil
	}
	logging.Disable() // it would print text between the lines of the log, which say that the store fails
	client := redis.NewClient(l.redis)
	store, err := redisstore.New(redisstore.Config{Client: client, Prefix: "harbor:quota:"})
	return store, []tenon.Hook{{Name: "redis", Stop: func(context.Context) error { return client.Close() }}}, err
}

// options returns what the limits mean for the operations of merchants.
func (l *limits) options(store ratelimit.Store, log *slog.Logger) tenon.Option {
	opts := []tenon.Option{tenon.Limits{Timeout: l.timeout, Concurrent: l.concurrent}}
	if l.failures > 0 {
		guesses, err := ratelimit.Failures(l.guesses(store, log))
		if err != nil {
			return tenon.Mistake(err)
		}
		opts = append(opts, tenon.Middleware(guesses), tenon.Describe(http.StatusTooManyRequests, tooMany))
	}
	if l.rate > 0 {
		opts = append(opts, ratelimit.Limit(l.quota(store, log)))
	}
	return tenon.Options(opts...)
}

const tooMany = "The merchant has made too many requests (policy `merchant`), or its address has sent too many bad credentials (policy `authentication`)"

func (l *limits) guesses(store ratelimit.Store, log *slog.Logger) ratelimit.Config {
	return ratelimit.Config{Name: "authentication", Quota: l.failures, Window: time.Minute, Store: store, Logger: log}
}

func (l *limits) quota(store ratelimit.Store, log *slog.Logger) ratelimit.Config {
	return ratelimit.Config{Name: "merchant", Quota: l.rate, Window: time.Minute, Burst: l.burst, Store: store, Logger: log}
}

// check reports mistakes in the limits.
func (l *limits) check() error {
	var errs []error
	if l.failures > 0 {
		_, err := ratelimit.Failures(l.guesses(nil, nil))
		errs = append(errs, err)
	}
	if l.rate > 0 {
		_, err := ratelimit.Middleware(l.quota(nil, nil)) // which takes what Limit does
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
