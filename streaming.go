package tenon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/tenonapi/tenon/internal/graph"
	"github.com/tenonapi/tenon/internal/observe"
	"github.com/tenonapi/tenon/stream"
	"github.com/tenonapi/tenon/transport"
)

// opening is how long the head of a streamed answer waits for the first piece, which may be
// an error instead. Then a client is told that it is connected.
const opening = time.Second

// A sender sends a streamed answer. The pieces come from the goroutine of the request, what is
// sent between them from that of a timer.
type sender struct {
	c    *call
	plan *stream.Plan

	mu    sync.Mutex
	w     transport.StreamWriter // nil before the head was sent
	timer *time.Timer
	ended bool
}

// sendPieces sends the answer piece by piece. It returns why it could not be sent to its end.
func (c *call) sendPieces(ctx context.Context) (err error) {
	s := &sender{c: c, plan: c.form.stream}
	body := c.form.slot(c.out).Interface()
	if c.x.Method() == http.MethodHead {
		stream.Close(body)
		s.begin()
		return nil
	}
	s.mu.Lock()
	s.timer = time.AfterFunc(opening, s.idle)
	s.mu.Unlock()
	done := false
	defer func() {
		s.end()
		if !done { // a panic, or Goexit
			err = &graph.PanicError{Value: recover(), Stack: debug.Stack()}
		}
	}()
	err = s.send(ctx, body)
	done = true
	return err
}

func (s *sender) send(ctx context.Context, body any) error {
	for piece, err := range s.plan.Pieces(body) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = s.write(piece)
		}
		if err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err // it may be why there were no more
	}
	return s.write(nil) // begins an empty answer
}

// begin sends the head.
func (s *sender) begin() {
	for name, value := range s.plan.Header {
		s.c.x.SetHeader(name, value)
	}
	s.c.headers(s.c.x.AddHeader)
	s.w = s.c.x.Stream(s.c.status, s.c.contentType())
}

// write sends a piece.
func (s *sender) write(piece []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timer.Stop()
	err := s.flush(piece)
	s.rest()
	return err
}

// rest sets the timer for when there is no piece.
func (s *sender) rest() {
	if s.plan.Every > 0 {
		s.timer.Reset(s.plan.Every)
	}
}

func (s *sender) flush(piece []byte) error {
	if s.w == nil {
		s.begin()
	}
	if len(piece) > 0 {
		if _, err := s.w.Write(piece); err != nil {
			return unsentError{err}
		}
	}
	if err := s.w.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return unsentError{err}
	}
	return nil
}

// idle is called by the timer when there was no piece for a while.
func (s *sender) idle() {
	if !s.mu.TryLock() {
		return // a piece is being sent
	}
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	if s.flush(s.plan.Idle) == nil { // else the next piece meets the error
		s.rest()
	}
}

// end makes sure that nothing is sent any more.
func (s *sender) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.timer.Stop()
}

// An unsentError is of a client that takes nothing any more.
type unsentError struct{ error }

func (e unsentError) Unwrap() error { return e.error }

// cut ends the connection of an answer that could not be sent to its end, unless the client
// has ended it. Source: RFC 9112, section 8.
func (c *call) cut(err error) {
	if errors.Is(c.x.Context().Err(), context.Canceled) {
		return
	}
	level := slog.LevelError
	if e, ok := errors.AsType[unsentError](err); ok {
		level, err = slog.LevelInfo, fmt.Errorf("the client takes nothing any more: %w", e.error)
	} else {
		observe.Cause(c.x.Context(), err)
	}
	c.op.app.log.LogAttrs(c.x.Context(), level, "request failed after the answer had begun",
		slog.String("request_id", c.requestID()), slog.String("route", c.op.Path), slog.Any("error", err))
	panic(http.ErrAbortHandler)
}

// checkStreams returns why the stages and scopes of an operation do not fit its answer.
func (op *operation) checkStreams() error {
	if !op.output.streams() {
		return nil
	}
	var errs []error
	for _, p := range op.providers {
		if p.Scoped && !p.AfterAnswer {
			errs = append(errs, fmt.Errorf("%s is closed before the answer, which is streamed, is read from it: give it the option AfterAnswer, or answer values", p.Name))
		}
	}
	for _, s := range op.stages {
		if s.In.Implements(wholeAnswers) {
			errs = append(errs, fmt.Errorf("the stage %s needs whole answers, but this one is streamed", s.Name))
		}
	}
	return errors.Join(errs...)
}
