package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a message. Source: Standard Webhooks, section "Webhook headers".
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp"
	HeaderSignature = "Webhook-Signature"
)

// The errors of [Verify]. They say nothing about the secret.
var (
	ErrHeader    = errors.New("webhook: the headers of a message are missing or malformed")
	ErrSignature = errors.New("webhook: no signature fits the message")
	ErrTimestamp = errors.New("webhook: the message is too old or from the future")
)

// Tolerance is how far the timestamp of a message may be from the receiver's clock.
const Tolerance = 5 * time.Minute

const (
	maxID         = 256 // bytes of a webhook-id
	maxSignatures = 20  // in a webhook-signature
)

// Verify returns the ID of a message that one of the secrets has signed and whose
// timestamp is at most [Tolerance] away from now. Otherwise it returns [ErrHeader],
// [ErrSignature] or [ErrTimestamp]. The body must be as it was received, byte for byte.
//
// Messages with one ID are one event: whoever acts on events remembers their IDs, as a
// [Receiver] does. Signatures of other kinds than v1 are passed over.
func Verify(h http.Header, body []byte, now time.Time, secrets ...Secret) (id string, err error) {
	id, at, signatures, ok := message(h)
	if !ok {
		return "", ErrHeader
	}
	if !signed(id, at, body, signatures, secrets) {
		return "", ErrSignature
	}
	if away := now.Sub(at).Abs(); away > Tolerance {
		return "", ErrTimestamp
	}
	return id, nil
}

// A signature is one of kind v1.
type signature = [sha256.Size]byte

// message reads the headers. Each comes once, and an ID has no full stop, for a signature
// would fit two messages otherwise.
func message(h http.Header) (id string, at time.Time, signatures []signature, ok bool) {
	id, idOK := single(h, HeaderID)
	stamp, stampOK := single(h, HeaderTimestamp)
	list, listOK := single(h, HeaderSignature)
	if !idOK || !stampOK || !listOK || len(id) > maxID || strings.ContainsFunc(id, notInID) {
		return "", at, nil, false
	}
	seconds, err := strconv.ParseUint(stamp, 10, 40)
	if err != nil {
		return "", at, nil, false
	}
	signatures, ok = parseSignatures(list)
	return id, time.Unix(int64(seconds), 0), signatures, ok
}

func single(h http.Header, name string) (string, bool) {
	values := h.Values(name)
	if len(values) != 1 || values[0] == "" {
		return "", false
	}
	return values[0], true
}

func notInID(r rune) bool { return r <= ' ' || r > '~' || r == '.' }

// parseSignatures returns the signatures of kind v1 in a webhook-signature, which are
// separated by spaces, and passes over what is none. It reports false for a list that is
// too long.
func parseSignatures(list string) (found []signature, ok bool) {
	if strings.Count(list, " ") >= maxSignatures {
		return nil, false
	}
	for part := range strings.SplitSeq(list, " ") {
		text, ok := strings.CutPrefix(part, signaturePrefix)
		if !ok {
			continue
		}
		if s, ok := parseSignature(text); ok {
			found = append(found, s)
		}
	}
	return found, true
}

func parseSignature(text string) (s signature, ok bool) {
	if len(text) != base64.StdEncoding.EncodedLen(len(s)) || strings.ContainsAny(text, "\r\n") {
		return s, false
	}
	var raw [sha256.Size + 1]byte // for a text of that length without padding
	n, err := base64.StdEncoding.Strict().Decode(raw[:], []byte(text))
	return signature(raw[:len(s)]), err == nil && n == len(s)
}

// signed reports whether one of the signatures is by one of the secrets. Each takes the same
// time, whichever byte differs.
func signed(id string, at time.Time, body []byte, signatures []signature, secrets []Secret) bool {
	found := false
	for _, s := range secrets {
		if s.IsZero() {
			continue
		}
		want := s.mac(id, at, body)
		for i := range signatures {
			found = hmac.Equal(signatures[i][:], want) || found
		}
	}
	return found
}
