package main

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/tenonapi/tenon/adapters/jwtauth"
	"github.com/tenonapi/tenon/adapters/jwtauth/jws"

	"github.com/tenonapi/tenon/services/harbor"
)

// config is what the command line and the environment say.
type config struct {
	command   string
	direction string   // of migrate
	forms     []string // of openapi: some of documentForms
	addr      string
	adminAddr string     // empty means none
	place     place      // of the database
	docs      bool       // whether they are served
	logLevel  slog.Level // least level that is logged
	cursorKey []byte     // nil means the one in the database
	apiKey    harbor.APIKey
	merchant  harbor.Merchant   // to be added
	tokens    *jwtauth.Verifier // nil means none are accepted

	certFile, keyFile string // of TLS; empty means none
	timeouts          timeouts

	proxies, hosts, origins []string // that are trusted
	httpsHost               string   // to which requests without TLS are sent; empty means they are answered
	limits                  limits
	webhooks                webhooks
}

// timeouts bound what clients may take, and the end of the service.
type timeouts struct {
	read, write, idle time.Duration // 0 means the default of tenon.ServerConfig
	drain             time.Duration // between failing readiness and refused connections
}

const usage = `Usage: harbor [command] [flags]

  harbor [serve]                serve requests
  harbor migrate [up]           bring the tables of the database up to date
  harbor migrate down           undo the last step of that
  harbor migrate status         print the steps
  harbor add-merchant ID NAME   add a merchant and print its API key
  harbor openapi [3.0] [yaml]   print the OpenAPI document, in version 3.1 and as JSON unless asked otherwise
  harbor routes                 print the operations

Each flag has an environment variable: --addr is HARBOR_ADDR. Keys that sign are in the
environment only, at least 32 bytes in base64: HARBOR_CURSOR_KEY for cursors, in place of
the one in the database, and HARBOR_JWT_SECRET for tokens that are signed with HS256.

`

var commands = []string{"serve", "migrate", "add-merchant", "openapi", "routes"}

// parse returns the configuration, nil if only help was asked for, which goes to stdout, or
// one error that joins all mistakes. A flag comes before its environment variable.
func parse(args []string, getenv func(string) string, stdout io.Writer) (*config, error) {
	cfg := &config{command: commands[0]}
	s := newSettings()
	jwt := jwtauth.Config{Algorithms: []string{"RS256", "ES256", "EdDSA"}}
	cfg.define(s, &jwt)
	words, err := s.read(args, getenv)
	if errors.Is(err, flag.ErrHelp) {
		_, err = io.WriteString(stdout, usage)
		return nil, errors.Join(err, s.help(stdout))
	}
	if len(words) > 0 {
		cfg.command, words = words[0], words[1:]
	}
	errs := s.errs
	if !slices.Contains(commands, cfg.command) {
		errs = append(errs, fmt.Errorf("command %q: want %s", cfg.command, strings.Join(commands, ", ")))
	}
	errs = append(errs, cfg.arguments(words), cfg.check())
	cfg.cursorKey, err = secret(getenv, "HARBOR_CURSOR_KEY")
	return cfg, errors.Join(append(errs, err, cfg.verify(jwt, getenv))...)
}

// define defines the flags.
func (cfg *config) define(s *settings, jwt *jwtauth.Config) {
	s.address(&cfg.addr, "addr", "127.0.0.1:8000", "`host:port` to listen on")
	s.address(&cfg.adminAddr, "admin-addr", "", "`host:port` where clients cannot come, to serve profiles on; without it there are none")
	cfg.place.define(s)
	s.boolean(&cfg.docs, "docs", true, "serve the OpenAPI document and its page")
	s.add("log-level", "info", "least `level` to log: debug, info, warn or error", func(text string) error {
		if err := cfg.logLevel.UnmarshalText([]byte(text)); err != nil {
			return fmt.Errorf("%q: want debug, info, warn or error", text)
		}
		return nil
	})

	s.add("api-key", "", "`key` of the merchant demo, hk_…, in place of those it has; other users of the machine can read flags, not HARBOR_API_KEY", func(text string) (err error) {
		cfg.apiKey, err = harbor.ParseAPIKey(text)
		return err
	})
	s.text(&jwt.Issuer, "jwt-issuer", "", "`issuer` of tokens that are accepted beside API keys; its address, unless there is another source of keys")
	s.text(&jwt.Audience, "jwt-audience", "", "`audience` that tokens must have, required with --jwt-issuer")
	s.text(&jwt.KeysURL, "jwt-keys-url", "", "`address` of the key set that signs tokens")

	s.text(&cfg.certFile, "tls-cert", "", "PEM `file` with the certificate and those between it and the authority's, for HTTPS")
	s.text(&cfg.keyFile, "tls-key", "", "PEM `file` with the key of the certificate")
	s.text(&cfg.httpsHost, "https-host", "", "`host` to which requests that came without TLS are sent, be it by X-Forwarded-Proto of --trusted-proxies; browsers are told to stay there for a year")
	s.list(&cfg.proxies, "trusted-proxies", "`networks` and addresses of proxies, separated by commas, whose X-Forwarded-For tells the client's address")
	s.list(&cfg.hosts, "trusted-hosts", "`hosts` to answer for, separated by commas; without any, all")
	s.list(&cfg.origins, "cors-origins", "`origins` whose pages may call, separated by commas, such as https://app.example.com")

	cfg.webhooks.define(s)

	cfg.limits.define(s)
	s.duration(&cfg.timeouts.read, "read-timeout", 30*time.Second, "longest `time` for a request to come; its header has 5s of that")
	s.duration(&cfg.timeouts.write, "write-timeout", time.Minute, "longest `time` from the header of a request to the end of its answer")
	s.duration(&cfg.timeouts.idle, "idle-timeout", 2*time.Minute, "longest `time` between requests of a connection")
	s.duration(&cfg.timeouts.drain, "drain-delay", 0, "`time` after SIGTERM in which readiness fails and connections are still accepted")
}

// check reports mistakes that values have together, or for what is made of them.
func (cfg *config) check() error {
	_, err := cfg.around(slog.New(slog.DiscardHandler))
	errs := []error{err, cfg.place.check(), cfg.limits.check(), cfg.webhooks.check()}
	switch {
	case (cfg.certFile == "") != (cfg.keyFile == ""):
		errs = append(errs, errors.New("--tls-cert and --tls-key need each other"))
	case cfg.certFile != "":
		if _, err := tls.LoadX509KeyPair(cfg.certFile, cfg.keyFile); err != nil {
			errs = append(errs, fmt.Errorf("--tls-cert, --tls-key: %w", err))
		}
	}
	return errors.Join(errs...)
}

// secret reads an environment variable, nil if it is not set.
func secret(getenv func(string) string, name string) ([]byte, error) {
	text := getenv(name)
	if text == "" {
		return nil, nil
	}
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(bytes) < 32 {
		return nil, fmt.Errorf("%s: want at least 32 bytes in base64", name)
	}
	return bytes, nil
}

// verify makes what verifies tokens, if anything is said about them.
func (cfg *config) verify(jwt jwtauth.Config, getenv func(string) string) error {
	key, err := secret(getenv, "HARBOR_JWT_SECRET")
	if err != nil {
		return err
	}
	if jwt.Issuer == "" && jwt.Audience == "" && jwt.KeysURL == "" && key == nil {
		return nil
	}
	if key != nil {
		hs, err := jws.NewKey("", "HS256", key)
		if err != nil {
			return err
		}
		jwt.Algorithms, jwt.Keys = []string{"HS256"}, []*jws.Key{hs}
	}
	cfg.tokens, err = jwtauth.New(jwt)
	return err
}

// arguments reads what the command line says behind the command.
func (cfg *config) arguments(args []string) error {
	switch cfg.command {
	case "add-merchant":
		if len(args) != 2 {
			return fmt.Errorf("%d arguments: want the ID and the name of the merchant", len(args))
		}
		cfg.merchant = harbor.Merchant{ID: harbor.MerchantID(args[0]), Name: args[1]}
		return cfg.merchant.Check()
	case "migrate":
		cfg.direction = directions[0]
		if len(args) > 0 {
			if !slices.Contains(directions, args[0]) {
				return fmt.Errorf("argument %q: want %s", args[0], strings.Join(directions, ", "))
			}
			cfg.direction, args = args[0], args[1:]
		}
	case "openapi":
		for _, form := range args {
			if !slices.Contains(documentForms, form) {
				return fmt.Errorf("argument %q: want %s", form, strings.Join(documentForms, ", "))
			}
		}
		cfg.forms, args = args, nil
	}
	if len(args) > 0 {
		return fmt.Errorf("argument %q: want flags only", args[0])
	}
	return nil
}
