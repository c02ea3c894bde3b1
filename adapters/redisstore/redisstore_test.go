package redisstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/redisstore"
	"github.com/tenonapi/tenon/ratelimit"
	"github.com/tenonapi/tenon/ratelimit/ratelimittest"
	"github.com/tenonapi/tenon/tenontest"
)

// server is the address of a Redis, or why there is none.
var server, none = "", ""

// own is the process of server, if the tests have started it.
var own *os.Process

// A Redis of $TENON_TEST_REDIS (host:port), one that is started if redis-server or
// valkey-server is installed, or the one on the usual port.
func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "redisstore")
	if err != nil {
		panic(err)
	}
	stop := func() {}
	if server = os.Getenv("TENON_TEST_REDIS"); server == "" {
		server, stop, err = start(folder)
	}
	if err != nil && answers("127.0.0.1:6379") {
		server, err = "127.0.0.1:6379", nil
	}
	if err != nil {
		none = fmt.Sprintf("no Redis to test with (install redis-server or set TENON_TEST_REDIS): %v", err)
	}
	code := m.Run()
	stop()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// start starts a Redis on a free port.
func start(folder string) (address string, stop func(), err error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		if program, err = exec.LookPath("valkey-server"); err != nil {
			return "", func() {}, err
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", func() {}, err
	}
	address = l.Addr().String()
	_ = l.Close()
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.Command(program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder, "--logfile", filepath.Join(folder, "log"))
	if err := cmd.Start(); err != nil {
		return "", func() {}, err
	}
	own = cmd.Process
	stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	for range 500 { // each waits for an answer up to 20 ms
		if answers(address) {
			return address, stop, nil
		}
	}
	stop()
	return "", func() {}, errors.New(program + " does not answer")
}

func answers(address string) bool {
	c := redis.NewClient(&redis.Options{Addr: address, MaxRetries: -1, ContextTimeoutEnabled: true})
	defer func() { _ = c.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if c.Ping(ctx).Err() == nil {
		return true
	}
	<-ctx.Done()
	return false
}

func client(t testing.TB) *redis.Client {
	t.Helper()
	switch {
	case none != "" && os.Getenv("CI") != "":
		t.Fatal(none)
	case none != "":
		t.Skip(none)
	}
	c := redis.NewClient(&redis.Options{Addr: server, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// open returns a store with keys of its own.
func open(t testing.TB, c redis.Scripter, prefix string) *redisstore.Store {
	t.Helper()
	s, err := redisstore.New(redisstore.Config{Client: c, Prefix: prefix})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRedisIsAStore(t *testing.T) {
	ratelimittest.Run(t, func(t *testing.T) ratelimit.Store { return open(t, client(t), rand.Text()) })
}

func TestG4ProcessesShareAQuotaExactly(t *testing.T) {
	prefix := rand.Text()
	var taken atomic.Int64
	var running sync.WaitGroup
	for range 4 {
		s := open(t, client(t), prefix)
		for range 4 {
			running.Go(func() {
				for range 20 {
					_, ok, err := s.Add(t.Context(), ratelimit.Key{1}, time.Hour, 100*time.Hour)
					if err != nil {
						t.Error(err)
					}
					if ok {
						taken.Add(1)
					}
				}
			})
		}
	}
	running.Wait()
	if n := taken.Load(); n != 100 {
		t.Errorf("%d requests were taken, want 100", n)
	}
}

func TestKeysHaveAPrefixAndExpire(t *testing.T) {
	c, prefix := client(t), rand.Text()+":"
	s := open(t, c, prefix)
	for cost, want := range map[time.Duration]time.Duration{time.Microsecond: time.Millisecond, time.Minute: time.Minute, 10 * 366 * 24 * time.Hour: 10 * 366 * 24 * time.Hour} {
		key := ratelimit.Key{byte(cost >> 20), 0xFF, '\n'}
		if _, ok, err := s.Add(t.Context(), key, cost, cost); !ok || err != nil {
			t.Fatal(ok, err)
		}
		keys, err := c.Keys(t.Context(), prefix+"*").Result()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range keys {
			left, err := c.PTTL(t.Context(), name).Result()
			if err != nil || left > want || left < want-time.Minute && left != -2*time.Nanosecond {
				t.Errorf("a key with a level of %v expires in %v (%v)", cost, left, err)
			}
			if rest := strings.TrimPrefix(name, prefix); len(rest) != 22 || strings.Trim(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
				t.Errorf("a key is called %q", name)
			}
		}
		if err := c.Del(t.Context(), append(keys, "none")...).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.Add(t.Context(), ratelimit.Key{9}, 0, time.Hour); err != nil {
		t.Fatal(err)
	}
	if n := c.Exists(t.Context(), prefix+"CQAAAAAAAAAAAAAAAAAAAA").Val(); n != 0 {
		t.Error("a look has made a key")
	}
}

func TestEachQuestionIsOneRoundTrip(t *testing.T) {
	c := client(t)
	s := open(t, c, rand.Text())
	commands := 0
	c.AddHook(counter{&commands})
	for range 10 {
		if _, _, err := s.Add(t.Context(), ratelimit.Key{1}, time.Second, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if commands < 10 || commands > 11 { // the first may have to load the script
		t.Errorf("10 questions took %d commands", commands)
	}
}

type counter struct{ n *int }

func (c counter) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c counter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if strings.HasPrefix(cmd.Name(), "eval") {
			*c.n++
		}
		return next(ctx, cmd)
	}
}

func (c counter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func TestForeignValuesAreNoLevelAndOtherTypesAnError(t *testing.T) {
	c, prefix := client(t), rand.Text()
	s := open(t, c, prefix)
	name := prefix + "AAAAAAAAAAAAAAAAAAAAAA"
	if err := c.Set(t.Context(), name, "rubbish", time.Minute).Err(); err != nil {
		t.Fatal(err)
	}
	if level, ok, err := s.Add(t.Context(), ratelimit.Key{}, time.Second, time.Hour); err != nil || !ok || level != time.Second {
		t.Error(level, ok, err)
	}
	if err := c.Del(t.Context(), name).Err(); err != nil {
		t.Fatal(err)
	}
	if err := c.LPush(t.Context(), name, "x").Err(); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Add(t.Context(), ratelimit.Key{}, time.Second, time.Hour); err == nil || ok {
		t.Error("a list was taken for a level")
	}
	c.Del(t.Context(), name)
}

func TestClientsMustKeepDeadlines(t *testing.T) {
	for name, c := range map[string]redis.Scripter{
		"client":  redis.NewClient(&redis.Options{}),
		"cluster": redis.NewClusterClient(&redis.ClusterOptions{}),
		"ring":    redis.NewRing(&redis.RingOptions{}),
		"none":    nil,
	} {
		if s, err := redisstore.New(redisstore.Config{Client: c}); err == nil || s != nil {
			t.Errorf("%s: got no error", name)
		}
	}
	if _, err := redisstore.New(redisstore.Config{Client: redis.NewClusterClient(&redis.ClusterOptions{ContextTimeoutEnabled: true})}); err != nil {
		t.Error(err)
	}
}

func app(t *testing.T, c redis.Scripter, closed bool) *tenontest.Client {
	t.Helper()
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(tenon.Value(tenon.Caller("ada")))
		tenon.Get(r, "/a", func(context.Context, *struct{}) (string, error) { return "done", nil },
			ratelimit.Limit(ratelimit.Config{Quota: 2, Window: time.Hour, FailClosed: closed, Store: open(t, c, rand.Text())}))
	})
	if err != nil {
		t.Fatal(err)
	}
	return tenontest.New(t, app)
}

// statuses returns those of n requests.
func statuses(c *tenontest.Client, n int) (list []int) {
	for range n {
		list = append(list, c.Do(http.MethodGet, "/a", "").Status)
	}
	return list
}

func TestJ7WithoutRedisRequestsGoOnByTheStatedPolicy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // accepts and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for name, address := range map[string]string{"refused": "127.0.0.1:1", "silent": l.Addr().String()} {
		for closed, want := range map[bool]int{false: http.StatusOK, true: http.StatusServiceUnavailable} {
			t.Run(fmt.Sprint(name, closed), func(t *testing.T) {
				c := redis.NewClient(&redis.Options{Addr: address, ContextTimeoutEnabled: true})
				defer func() { _ = c.Close() }()
				begin := time.Now()
				for _, status := range statuses(app(t, c, closed), 20) {
					if status != want {
						t.Errorf("the answer is %d, want %d", status, want)
					}
				}
				if took := time.Since(begin); took > 5*time.Second {
					t.Errorf("20 requests took %v", took)
				}
			})
		}
	}
}

func TestJ7AStoppedRedisDelaysOneRequestAndCountsAgainAfterwards(t *testing.T) {
	c := client(t)
	if own == nil {
		t.Skip("needs a Redis that the test has started: it is stopped for a while")
	}
	a := app(t, c, false)
	if got := fmt.Sprint(statuses(a, 1)); got != "[200]" {
		t.Fatal(got)
	}
	if err := own.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(statuses(a, 5))
	if err := own.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if got != "[200 200 200 200 200]" {
		t.Error(got)
	}
	// The limit counts again within seconds, and then the quota is used up.
	for end := time.Now().Add(10 * time.Second); ; {
		r := a.Do(http.MethodGet, "/a", "")
		if r.Status == http.StatusTooManyRequests && r.Header.Get("RateLimit") != "" {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the limit does not count again")
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	s := open(b, client(b), rand.Text())
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := s.Add(b.Context(), ratelimit.Key{1}, time.Microsecond, time.Hour); err != nil {
			b.Fatal(err)
		}
	}
}
