package problem

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
)

// A Policy answers errors in the form an application has chosen.
type Policy func(w http.ResponseWriter, r *http.Request, e *Error)

// facts are what contexts carry for errors.
type facts struct {
	context.Context
	policy    Policy // nil where an outer context has it
	requestID string // "" where an outer context has it
}

type factsKey struct{}

// Value implements [context.Context].
func (f *facts) Value(key any) any {
	if key == (factsKey{}) {
		return f
	}
	return f.Context.Value(key)
}

// innermost returns the innermost facts in ctx that are as asked for, or nil.
func innermost(ctx context.Context, asked func(*facts) bool) *facts {
	for {
		f, ok := ctx.Value(factsKey{}).(*facts)
		if !ok || asked(f) {
			return f
		}
		ctx = f.Context
	}
}

// policyIn returns the policy in ctx, or nil.
func policyIn(ctx context.Context) Policy {
	if f := innermost(ctx, func(f *facts) bool { return f.policy != nil }); f != nil {
		return f.policy
	}
	return nil
}

// WithPolicy returns a context in which [Write] answers through p.
func WithPolicy(ctx context.Context, p Policy) context.Context {
	return &facts{Context: ctx, policy: p}
}

// HasPolicy reports whether [Write] answers through a policy, which logs errors, too.
func HasPolicy(ctx context.Context) bool {
	return policyIn(ctx) != nil
}

// WithRequestID returns a context that carries the request ID id, for error
// answers and log lines.
func WithRequestID(ctx context.Context, id string) context.Context {
	return &facts{Context: ctx, requestID: id}
}

// RequestID returns the request ID in ctx, or "".
func RequestID(ctx context.Context) string {
	if f := innermost(ctx, func(f *facts) bool { return f.requestID != "" }); f != nil {
		return f.requestID
	}
	return ""
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

// NewRequestID returns a random ID of 26 letters and digits. It is no secret.
func NewRequestID() string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" // 5 bits each
	var id [26]byte
	a, b := rand.Uint64(), rand.Uint64()
	for i := range 13 {
		id[i], id[13+i] = digits[a%32], digits[b%32]
		a, b = a>>5, b>>5
	}
	return string(id[:])
}

// Write answers e, through the policy of the application in the context of r or
// else in the default form. It is for code outside a typed operation, such as
// middleware; a handler returns e instead.
func Write(w http.ResponseWriter, r *http.Request, e *Error) {
	if p := policyIn(r.Context()); p != nil {
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
