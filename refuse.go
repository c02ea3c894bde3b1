package tenon

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/tenonapi/tenon/problem"
)

// errMalformedMessage is for messages that reach no handler.
var errMalformedMessage = problem.New(http.StatusBadRequest, "malformed_message", "Request is not well-formed HTTP")

// refuse returns the whole answer to a message that reaches no handler, in the
// form of the application's error policy. See [guard.Config].
func (a *App) refuse(remote net.Addr, status int, detail string) []byte {
	p := problem.New(status, "", "")
	if status == errMalformedMessage.Status {
		p = errMalformedMessage.With(nil)
	}
	p.Detail = detail
	id := problem.NewRequestID()
	a.log.LogAttrs(context.Background(), slog.LevelInfo, "request refused",
		slog.String("request_id", id), slog.String("remote", remote.String()),
		slog.Int("status", status), slog.String("code", p.Code), slog.String("detail", detail))
	status, contentType, body := a.errors.Answer(nil, p, id)
	if status < 400 || status > 599 {
		status, contentType, body = problems{a.cfg.ProblemTypes}.Answer(nil, p, id)
	}
	head := fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n%s: %s\r\nDate: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
		status, http.StatusText(status), contentType, problem.HeaderRequestID, id, time.Now().UTC().Format(http.TimeFormat), len(body))
	return append(head, body...)
}
