package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// settings are what the command line and the environment may say: each flag has a
// variable, and comes before it. Mistakes in values are collected.
type settings struct {
	flags *flag.FlagSet
	errs  []error
}

func newSettings() *settings {
	s := &settings{flags: flag.NewFlagSet("harbor", flag.ContinueOnError)}
	s.flags.SetOutput(io.Discard) // mistakes are returned
	return s
}

// help prints the flags.
func (s *settings) help(w io.Writer) (err error) {
	s.flags.VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		if value != "" {
			value = " " + value
		}
		if f.DefValue != "" {
			usage += " (default " + f.DefValue + ")"
		}
		_, failed := fmt.Fprintf(w, "  --%s%s\n    \t%s\n", f.Name, value, usage)
		err = errors.Join(err, failed)
	})
	return err
}

// A setting is a flag.
type setting struct {
	text  string // the default, which help shows
	parse func(string) error
	name  string
	all   *settings

	boolean bool
}

// String implements [flag.Value].
func (v *setting) String() string { return v.text }

// Set implements [flag.Value]. It notes mistakes, so that all of them are reported.
func (v *setting) Set(text string) error {
	v.take("--"+v.name, text)
	return nil
}

// take sets the value to what place says.
func (v *setting) take(place, text string) {
	if err := v.parse(text); err != nil {
		v.all.errs = append(v.all.errs, fmt.Errorf("%s: %w", place, err))
	}
}

// IsBoolFlag lets package flag take --name for --name=true.
func (v *setting) IsBoolFlag() bool { return v.boolean }

// add adds a flag that is read by parse.
func (s *settings) add(name, otherwise, usage string, parse func(string) error) *setting {
	if otherwise != "" {
		_ = parse(otherwise) // it is well-formed
	}
	v := &setting{text: otherwise, parse: parse, name: name, all: s}
	s.flags.Var(v, name, usage)
	return v
}

func (s *settings) text(p *string, name, otherwise, usage string) {
	s.add(name, otherwise, usage, func(text string) error { *p = text; return nil })
}

// address reads where to listen.
func (s *settings) address(p *string, name, otherwise, usage string) {
	s.add(name, otherwise, usage, func(text string) error {
		_, port, err := net.SplitHostPort(text)
		if err == nil {
			_, err = net.LookupPort("tcp", port)
		}
		if err != nil {
			return fmt.Errorf("%q: want host:port", text)
		}
		*p = text
		return nil
	})
}

// list reads texts that commas separate.
func (s *settings) list(p *[]string, name, usage string) {
	s.add(name, "", usage, func(text string) error {
		*p = nil
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				*p = append(*p, part)
			}
		}
		return nil
	})
}

// boolean reads true or false.
func (s *settings) boolean(p *bool, name string, otherwise bool, usage string) {
	s.add(name, strconv.FormatBool(otherwise), usage, func(text string) error {
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q: want true or false", text)
		}
		*p = b
		return nil
	}).boolean = true
}

// number reads a number from 0 on.
func (s *settings) number(p *int, name string, otherwise int, usage string) {
	s.add(name, strconv.Itoa(otherwise), usage, func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return fmt.Errorf("%q: want a whole number, 0 or more", text)
		}
		*p = n
		return nil
	})
}

// duration reads a duration from 0 on.
func (s *settings) duration(p *time.Duration, name string, otherwise time.Duration, usage string) {
	s.add(name, otherwise.String(), usage, func(text string) error {
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return fmt.Errorf("%q: want a duration such as 500ms or 5s, 0 or more", text)
		}
		*p = d
		return nil
	})
}

// variable returns the name of the environment variable of a flag.
func variable(name string) string {
	return "HARBOR_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// read reads flags, wherever they stand, and the environment for those that are not given.
// It returns what else there is, nothing behind an unknown flag, whose value that may be, and
// flag.ErrHelp if only help was asked for.
func (s *settings) read(args []string, getenv func(string) string) (words []string, err error) {
	known := true
	for len(args) > 0 {
		err := s.flags.Parse(args)
		rest := s.flags.Args()
		end := len(args) - len(rest) - 1
		switch {
		case errors.Is(err, flag.ErrHelp):
			return nil, err
		case err != nil:
			s.errs = append(s.errs, fmt.Errorf("%w: see harbor --help", err))
			known = false
		case end >= 0 && args[end] == "--":
			words, rest = append(words, rest...), nil
		case len(rest) > 0:
			words, rest = append(words, rest[0]), rest[1:]
		}
		args = rest
	}
	s.environment(getenv)
	if !known {
		words = nil
	}
	return words, nil
}

// environment reads the variables of flags that are not given.
func (s *settings) environment(getenv func(string) string) {
	given := make(map[string]bool)
	s.flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	s.flags.VisitAll(func(f *flag.Flag) {
		v, ok := f.Value.(*setting)
		if text := getenv(variable(f.Name)); ok && text != "" && !given[f.Name] {
			v.take(variable(f.Name), text)
		}
	})
}
