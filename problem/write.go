package problem

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"
)

// A Policy answers errors in the form an application has chosen.
type Policy func(w http.ResponseWriter, r *http.Request, e *Error)

type (
	policyKey    struct{}
	requestIDKey struct{}
)

// WithPolicy returns a context in which [Write] answers through p.
func WithPolicy(ctx context.Context, p Policy) context.Context {
	return context.WithValue(ctx, policyKey{}, p)
}

// WithRequestID returns a context that carries the request ID id, for error
// answers and log lines.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID returns the request ID in ctx, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// HeaderRequestID is the header that carries the request ID, both ways.
const HeaderRequestID = "X-Request-Id"

// MaxRequestID is the longest request ID accepted from a client, in bytes.
const MaxRequestID = 64

// AcceptRequestID returns id when it is safe to log and to send back, that is 1
// to [MaxRequestID] letters, digits and "-_.:", else a new random one.
func AcceptRequestID(id string) string {
	if id == "" || len(id) > MaxRequestID {
		return NewRequestID()
	}
	for i := range len(id) {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '-', c == '_', c == '.', c == ':':
		default:
			return NewRequestID()
		}
	}
	return id
}

// NewRequestID returns a random ID of 26 letters and digits.
func NewRequestID() string { return rand.Text() }

// Write answers e, through the policy of the application in the context of r or
// else in the default form. It is for code outside a typed operation, such as
// middleware; a handler returns e instead.
func Write(w http.ResponseWriter, r *http.Request, e *Error) {
	if p, ok := r.Context().Value(policyKey{}).(Policy); ok {
		p(w, r, e)
		return
	}
	id := RequestID(r.Context())
	if id == "" {
		id = AcceptRequestID(r.Header.Get(HeaderRequestID))
	}
	body := e.AppendJSON(nil, "", id)
	h := w.Header()
	for k, v := range e.Header {
		h[k] = v
	}
	h.Set(HeaderRequestID, id)
	h.Set("Content-Type", ContentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone: nobody to tell
	}
}
