package tenon

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os/signal"
	"syscall"
	"time"
)

// ServerConfig configures [Serve]. Zero fields mean the defaults, which are safe;
// negative numbers are mistakes.
type ServerConfig struct {
	Addr     string       // host:port to listen on; empty means ":8080"
	Listener net.Listener // listens already, in place of Addr; Serve closes it

	TLS      *tls.Config // for HTTPS and HTTP/2; nil without CertFile means neither
	CertFile string      // PEM: the certificate and those between it and the authority's
	KeyFile  string      // PEM: the key of CertFile
	H2C      bool        // HTTP/2 without TLS too, for clients that begin with it, as proxies do

	ReadHeaderTimeout time.Duration // for the header of a request and for the TLS handshake; 0 means 5 s
	ReadTimeout       time.Duration // for the whole request; 0 means 30 s
	WriteTimeout      time.Duration // from the end of the header to the end of the answer; 0 means 60 s
	IdleTimeout       time.Duration // between requests of a connection; 0 means 120 s
	MaxHeaderBytes    int           // of a request, with its first line; 0 means 64 KiB
	MaxConns          int           // open at once, others wait until they are accepted; 0 means 10,000, or half of the file descriptors that the process may have
	NoKeepAlive       bool          // each connection is closed after one answer

	DrainDelay   time.Duration // from the signal until Serve stops accepting, see [Draining]; 0 means none
	DrainTimeout time.Duration // for the requests in flight from then on; 0 means 20 s

	Hooks []Hook // of what the application needs around its requests
}

// Serve answers requests until ctx is done or the process gets SIGTERM or
// SIGINT. Then it drains: [Draining] is told, answers close their connections,
// after DrainDelay it stops accepting, requests in flight finish, hooks stop, and
// Serve returns nil. A second signal ends the process at once, unless the program asked
// package os/signal for signals itself.
//
// On Linux, no connection is reset when Serve stops accepting, unless cfg.Listener is one of Multipath
// TCP, as net.Listen makes: there it can happen to those that come at that moment. See
// [net.ListenConfig.SetMultipathTCP].
//
// Mistakes in cfg are one joined error. Serve returns an error that wraps the one
// of net.Listen when it cannot listen, one that wraps that of a hook, and an error
// when the listener fails or when requests were cut off at the end of DrainTimeout.
// It leaves no connection open but those that a handler took over. A process may serve several applications.
func Serve(ctx context.Context, app *App, cfg ServerConfig) error {
	s, err := newServer(app, cfg)
	if err != nil {
		if cfg.Listener != nil {
			_ = cfg.Listener.Close()
		}
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	err = s.hooks.start(ctx)
	if err == nil {
		err = s.serve(ctx, stop)
	} else if cfg.Listener != nil {
		_ = cfg.Listener.Close()
	}
	return errors.Join(err, s.hooks.stop(ctx))
}

// check returns all mistakes in cfg.
func (cfg *ServerConfig) check() error {
	var errs []error
	mistake := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("tenon: ServerConfig."+format, args...))
	}
	if cfg.Addr != "" && cfg.Listener != nil {
		mistake("Addr and Listener exclude each other")
	}
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"ReadHeaderTimeout", int64(cfg.ReadHeaderTimeout)},
		{"ReadTimeout", int64(cfg.ReadTimeout)},
		{"WriteTimeout", int64(cfg.WriteTimeout)},
		{"IdleTimeout", int64(cfg.IdleTimeout)},
		{"DrainDelay", int64(cfg.DrainDelay)},
		{"DrainTimeout", int64(cfg.DrainTimeout)},
		{"MaxHeaderBytes", int64(cfg.MaxHeaderBytes)},
		{"MaxConns", int64(cfg.MaxConns)},
	} {
		if n.value < 0 {
			mistake("%s is negative", n.name)
		}
	}
	if cfg.ReadTimeout > 0 && cfg.ReadHeaderTimeout > cfg.ReadTimeout {
		mistake("ReadHeaderTimeout, %v, is longer than ReadTimeout, %v", cfg.ReadHeaderTimeout, cfg.ReadTimeout)
	}
	if cfg.H2C && (cfg.TLS != nil || cfg.CertFile != "" || cfg.KeyFile != "") {
		mistake("H2C is for connections without TLS")
	}
	if _, err := cfg.tls(); err != nil {
		mistake("%v", err)
	}
	for i := range cfg.Hooks {
		if err := cfg.Hooks[i].check(); err != nil {
			mistake("Hooks[%d]: %v", i, err)
		}
	}
	return errors.Join(errs...)
}

// tls returns the configuration of TLS, nil for none.
func (cfg *ServerConfig) tls() (*tls.Config, error) {
	files := cfg.CertFile != "" || cfg.KeyFile != ""
	if cfg.TLS == nil && !files {
		return nil, nil
	}
	c := cfg.TLS.Clone()
	if c == nil {
		c = &tls.Config{}
	}
	switch {
	case (cfg.CertFile == "") != (cfg.KeyFile == ""):
		return nil, errors.New("CertFile and KeyFile need each other")
	case files:
		pair, err := tls.LoadX509KeyPair(cfg.CertFile, cfg.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("CertFile and KeyFile: %v", err)
		}
		c.Certificates = append([]tls.Certificate{pair}, c.Certificates...)
	case len(c.Certificates) == 0 && c.GetCertificate == nil && c.GetConfigForClient == nil:
		return nil, errors.New("TLS has no certificate")
	}
	if c.NextProtos == nil {
		c.NextProtos = []string{"h2", "http/1.1"}
	}
	return c, nil
}
