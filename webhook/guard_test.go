package webhook_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/webhook"
)

func TestI8OnlyPublicAddressesAreDialed(t *testing.T) {
	tests := []struct {
		name    string
		address string
		plain   bool
		blocked bool
	}{
		{name: "public", address: "93.184.215.14:443"},
		{name: "public IPv6", address: "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:443"},
		{name: "other port of https", address: "93.184.215.14:8443"},
		{name: "public by NAT64", address: "[64:ff9b::5db8:d70e]:443"},
		{name: "plain http", address: "93.184.215.14:443", plain: true, blocked: true},
		{name: "port of another service", address: "93.184.215.14:25", blocked: true},
		{name: "loopback", address: "127.0.0.1:443", blocked: true},
		{name: "end of loopback", address: "127.255.255.255:443", blocked: true},
		{name: "loopback IPv6", address: "[::1]:443", blocked: true},
		{name: "unspecified", address: "0.0.0.0:443", blocked: true},
		{name: "unspecified IPv6", address: "[::]:443", blocked: true},
		{name: "this network", address: "0.1.2.3:443", blocked: true},
		{name: "private 10", address: "10.1.2.3:443", blocked: true},
		{name: "private 172.16", address: "172.16.0.1:443", blocked: true},
		{name: "end of private 172", address: "172.31.255.255:443", blocked: true},
		{name: "behind private 172", address: "172.32.0.0:443"},
		{name: "private 192.168", address: "192.168.0.1:443", blocked: true},
		{name: "link-local", address: "169.254.0.1:443", blocked: true},
		{name: "link-local IPv6", address: "[fe80::1]:443", blocked: true},
		{name: "link-local IPv6 with a zone", address: "[fe80::1%eth0]:443", blocked: true},
		{name: "site-local IPv6", address: "[fec0::1]:443", blocked: true},
		{name: "shared", address: "100.64.0.1:443", blocked: true},
		{name: "end of shared", address: "100.127.255.255:443", blocked: true},
		{name: "behind shared", address: "100.128.0.0:443"},
		{name: "multicast", address: "224.0.0.1:443", blocked: true},
		{name: "multicast IPv6", address: "[ff02::1]:443", blocked: true},
		{name: "broadcast", address: "255.255.255.255:443", blocked: true},
		{name: "reserved", address: "240.0.0.1:443", blocked: true},
		{name: "documentation", address: "192.0.2.1:443", blocked: true},
		{name: "benchmarks", address: "198.19.0.1:443", blocked: true},
		{name: "unique local", address: "[fc00::1]:443", blocked: true},
		{name: "unique local of a site", address: "[fd12:3456::1]:443", blocked: true},
		{name: "documentation IPv6", address: "[2001:db8::1]:443", blocked: true},
		{name: "discard only", address: "[100::1]:443", blocked: true},
		{name: "segment routing", address: "[5f00::1]:443", blocked: true},
		{name: "metadata of AWS, Google and Azure", address: "169.254.169.254:443", blocked: true},
		{name: "metadata of AWS IPv6", address: "[fd00:ec2::254]:443", blocked: true},
		{name: "metadata of Alibaba", address: "100.100.100.200:443", blocked: true},
		{name: "metadata of Oracle", address: "192.0.0.192:443", blocked: true},
		{name: "platform of Azure", address: "168.63.129.16:443", blocked: true},
		{name: "mapped loopback", address: "[::ffff:127.0.0.1]:443", blocked: true},
		{name: "mapped public", address: "[::ffff:93.184.215.14]:443"},
		{name: "compatible loopback", address: "[::127.0.0.1]:443", blocked: true},
		{name: "translated loopback", address: "[::ffff:0:127.0.0.1]:443", blocked: true},
		{name: "NAT64 of a private address", address: "[64:ff9b::10.0.0.1]:443", blocked: true},
		{name: "NAT64 of metadata", address: "[64:ff9b::169.254.169.254]:443", blocked: true},
		{name: "local NAT64", address: "[64:ff9b:1::10.0.0.1]:443", blocked: true},
		{name: "6to4 of a private address", address: "[2002:a00:1::1]:443", blocked: true},
		{name: "6to4", address: "[2002:5db8:d70e::1]:443", blocked: true},
		{name: "Teredo", address: "[2001:0:a00:1::1]:443", blocked: true},
		{name: "no address", address: "localhost:443", blocked: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := new(webhook.Guard).Control(tt.address, tt.plain)
			if tt.blocked {
				assert.Equal(t, blocked(err), true)
			} else {
				assert.NoError(t, err)
			}
		})
	}
}

func blocked(err error) bool {
	_, ok := errors.AsType[*webhook.BlockedError](err)
	return ok
}

func TestI8AllowedNetworksAreDialedOnAnyPort(t *testing.T) {
	g := webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}, Ports: []uint16{444}}
	for _, address := range []string{"10.1.2.3:80", "[::ffff:10.1.2.3]:9999", "[fd00::1%eth0]:8080"} {
		assert.NoError(t, g.Control(address, true), address)
	}
	for _, address := range []string{"10.2.0.1:444", "[fc00::1]:444", "93.184.215.14:443", "[64:ff9b::10.1.2.3]:444"} {
		assert.Equal(t, blocked(g.Control(address, false)), true, address)
	}
	assert.NoError(t, g.Control("93.184.215.14:444", false))
	assert.Equal(t, blocked(g.Control("93.184.215.14:444", true)), true)
}

func TestI8URLsOfEndpoints(t *testing.T) {
	tests := []struct {
		url   string
		guard webhook.Guard
		err   string
	}{
		{url: "https://receiver.example/hooks?tenant=1"},
		{url: "https://receiver.example:8443"},
		{url: "https://93.184.215.14/"},
		{url: "https://münchen.example/"},
		{url: "http://receiver.example/", err: "does not begin with https://"},
		{url: "http://receiver.example:8080/", guard: anywhere},
		{url: "ftp://receiver.example/", guard: anywhere, err: "does not begin with https://"},
		{url: "//receiver.example/", err: "does not begin with https://"},
		{url: "", err: "does not begin with https://"},
		{url: "https:receiver.example", err: "has no host"},
		{url: "https:///hooks", err: "has no host"},
		{url: "https://:443/", err: "has no host"},
		{url: "https://user:secret@receiver.example/", err: "has a user"},
		{url: "https://receiver.example/#top", err: "has a fragment"},
		{url: "https://receiver.example/#", err: "has a fragment"},
		{url: "https://receiver.example:25/", err: "port 25 is not allowed"},
		{url: "https://receiver.example:0/", err: "no valid port"},
		{url: "https://receiver.example:65536/", err: "no valid port"},
		{url: "https://receiver.example:/", err: "no valid port"},
		{url: "https://receiver.example/\n", err: "is malformed"},
		{url: "https://127.0.0.1/", err: "not public"},
		{url: "https://[::1]/", err: "not public"},
		{url: "https://[::ffff:10.0.0.1]/", err: "not public"},
		{url: "https://[fe80::1%25eth0]/", err: "not public"},
		{url: "https://" + strings.Repeat("a", webhook.MaxURL), err: "longer than 2048 bytes"},
	}
	for _, tt := range tests {
		err := tt.guard.CheckURL(tt.url)
		if tt.err == "" {
			assert.NoError(t, err, tt.url)
			continue
		}
		assert.Equal(t, blocked(err), true, tt.url)
		if err != nil {
			assert.Contains(t, err.Error(), tt.err, tt.url)
			assert.Equal(t, strings.Contains(err.Error(), "secret"), false)
		}
	}
}

// deliver sends one event by real connections and returns what went wrong.
func deliver(t *testing.T, cfg webhook.Config, url string) webhook.Failure {
	t.Helper()
	w := newWorld(t)
	w.endpoint(url)
	w.publish("a", 1)
	reports := make(chan webhook.Report, 1)
	cfg.Store, cfg.Logger = &w.store, slog.New(slog.DiscardHandler)
	cfg.Observe = func(r webhook.Report) { reports <- r }
	d, err := webhook.NewDispatcher(cfg)
	assert.NoError(t, err)
	stop := start(t, d)
	defer stop()
	return (<-reports).Attempt.Failure
}

// listen starts a server at an address of this machine that counts what it gets.
func listen(t *testing.T, address string, secure bool) (s *httptest.Server, count *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("no such address on this machine: %v", err)
	}
	count = new(atomic.Int32)
	s = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		w.Header().Set("Connection", "close")
	}))
	s.Listener.Close()
	s.Listener = l
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			count.Add(1000)
		}
	}
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s, count
}

func allow(network string) webhook.Guard {
	return webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix(network)}}
}

func TestI8LoopbackIsNotEvenConnectedTo(t *testing.T) {
	s, count := listen(t, "127.0.0.1:0", true)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	trust := &tls.Config{RootCAs: roots}
	assert.Equal(t, deliver(t, webhook.Config{TLS: trust}, s.URL), webhook.FailBlocked)
	assert.Equal(t, deliver(t, webhook.Config{TLS: trust, Guard: allow("10.0.0.0/8")}, s.URL), webhook.FailBlocked)
	assert.Equal(t, count.Load(), 0)
	assert.Equal(t, deliver(t, webhook.Config{TLS: trust, Guard: allow("127.0.0.1/32")}, s.URL), "")
	assert.Equal(t, count.Load(), 1001)
	assert.Equal(t, deliver(t, webhook.Config{Guard: allow("127.0.0.1/32")}, s.URL), webhook.FailTLS, "unknown authority")
	assert.Equal(t, deliver(t, webhook.Config{Guard: allow("127.0.0.1/32")}, "https://"+plainAddress(t)), webhook.FailTLS, "no TLS")
}

func plainAddress(t *testing.T) string {
	s, _ := listen(t, "127.0.0.1:0", false)
	return s.Listener.Addr().String()
}

func TestI8ProxiesOfTheEnvironmentAreIgnored(t *testing.T) {
	s, _ := listen(t, "127.0.0.1:0", false)
	proxy, asked := listen(t, "127.0.0.1:0", false)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	assert.Equal(t, deliver(t, webhook.Config{Guard: allow("127.0.0.0/8")}, s.URL), "")
	assert.Equal(t, asked.Load(), 0)
}

func TestI8NamesAreJudgedByTheAddressThatIsDialed(t *testing.T) {
	outside, reached := listen(t, "127.0.0.2:0", false) // stands for a public host
	_, port, err := net.SplitHostPort(outside.Listener.Addr().String())
	assert.NoError(t, err)
	_, metadata := listen(t, "127.0.0.1:"+port, false)
	url := "http://rebind.example.:" + port + "/"

	answers := [][]string{{"127.0.0.2"}, {"127.0.0.1"}, {"10.0.0.1", "127.0.0.1"}, {"127.0.0.1", "127.0.0.2"}}
	want := []webhook.Failure{"", webhook.FailBlocked, webhook.FailBlocked, ""}
	guard := allow("127.0.0.2/32")
	for i := range answers {
		assert.NoError(t, guard.CheckURL(url))
		got := deliver(t, webhook.Config{Guard: guard, Resolver: resolver(answers[i])}, url)
		assert.Equal(t, got, want[i], answers[i])
	}
	assert.Equal(t, reached.Load(), 2002, "the public host")
	assert.Equal(t, metadata.Load(), 0, "the private host")
	assert.Equal(t, deliver(t, webhook.Config{Guard: guard, Resolver: resolver(nil)}, url), webhook.FailDNS)
}

// resolver returns one whose server knows every name by the same addresses.
func resolver(addresses []string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go serveDNS(far, addresses)
		return near, nil
	}}
}

// serveDNS answers questions for A records, and has no others.
// Source: RFC 1035, sections 4.1 and 4.2.2.
func serveDNS(c net.Conn, addresses []string) {
	defer c.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c, query); err != nil {
			return
		}
		end := 12
		for query[end] != 0 {
			end += 1 + int(query[end])
		}
		end += 5 // the root, type and class
		var records []byte
		count := 0
		if query[end-3] == 1 { // A
			for _, text := range addresses {
				ip := netip.MustParseAddr(text).As4()
				records = append(records, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
				records = append(records, ip[:]...)
				count++
			}
		}
		answer := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, byte(count), 0, 0, 0, 0}, query[12:end]...)
		answer = append(answer, records...)
		c.SetWriteDeadline(time.Now().Add(time.Second)) //nolint:errcheck // a pipe has deadlines
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}
