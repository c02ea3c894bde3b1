package main

import (
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// config is what the command line and the environment say.
type config struct {
	command   string
	addr      string
	data      string     // folder of the database
	logLevel  slog.Level // least level that is logged
	cursorKey []byte     // nil means the one in the database
}

var commands = []string{"serve", "migrate", "openapi", "routes"}

// parse returns the configuration, nil if only help was asked for, or one error
// that joins all mistakes. A flag comes before its environment variable.
func parse(args []string, getenv func(string) string, stderr io.Writer) (*config, error) {
	cfg := &config{command: commands[0]}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		cfg.command, args = args[0], args[1:]
	}
	env := func(name, otherwise string) string {
		if v := getenv("HARBOR_" + name); v != "" {
			return v
		}
		return otherwise
	}
	flags := flag.NewFlagSet("harbor", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintf(stderr, "Usage: harbor [%s] [flags]\n\nEach flag has an environment variable: --addr is HARBOR_ADDR.\n\n", strings.Join(commands, " | "))
		flags.PrintDefaults()
	}
	flags.StringVar(&cfg.addr, "addr", env("ADDR", "127.0.0.1:8000"), "`host:port` to listen on")
	flags.StringVar(&cfg.data, "data", env("DATA", "./harbor-data"), "`folder` of the database")
	level := flags.String("log-level", env("LOG_LEVEL", "info"), "least `level` to log: debug, info, warn or error")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, nil
		}
		return nil, errors.New("bad flags, see above")
	}
	var errs []error
	if !slices.Contains(commands, cfg.command) {
		errs = append(errs, fmt.Errorf("command %q: want %s", cfg.command, strings.Join(commands, ", ")))
	}
	if flags.NArg() > 0 {
		errs = append(errs, fmt.Errorf("argument %q: want flags only", flags.Arg(0)))
	}
	if err := cfg.logLevel.UnmarshalText([]byte(*level)); err != nil {
		errs = append(errs, fmt.Errorf("--log-level %q: want debug, info, warn or error", *level))
	}
	if key := getenv("HARBOR_CURSOR_KEY"); key != "" {
		var err error
		if cfg.cursorKey, err = base64.StdEncoding.DecodeString(key); err != nil || len(cfg.cursorKey) < 32 {
			errs = append(errs, errors.New("HARBOR_CURSOR_KEY: want at least 32 bytes in base64"))
		}
	}
	return cfg, errors.Join(errs...)
}
