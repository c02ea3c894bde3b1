package webhook_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/webhook"
)

// published returns the headers of the published message with a signature.
func published(signature string) http.Header {
	h := make(http.Header)
	h.Set("webhook-id", publishedID)
	h.Set("webhook-timestamp", strconv.Itoa(publishedAt))
	h.Set("webhook-signature", signature)
	return h
}

func TestI10Verify(t *testing.T) {
	const wrong = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
	secret := mustParse(t, publishedSecret)
	tests := []struct {
		name    string
		header  http.Header
		body    string
		after   time.Duration // of the message
		secrets []webhook.Secret
		err     error
	}{
		{name: "right"},
		{name: "at the end of the tolerance", after: 5 * time.Minute},
		{name: "past the tolerance", after: 5*time.Minute + time.Nanosecond, err: webhook.ErrTimestamp},
		{name: "at the end of the tolerance, from the future", after: -5 * time.Minute},
		{name: "past the tolerance, from the future", after: -5*time.Minute - time.Nanosecond, err: webhook.ErrTimestamp},
		{name: "another body", body: publishedBody + " ", err: webhook.ErrSignature},
		{name: "another ID", header: with(published(publishedSignature), "webhook-id", publishedID+"x"), err: webhook.ErrSignature},
		{name: "another time", header: with(published(publishedSignature), "webhook-timestamp", "1614265331"), err: webhook.ErrSignature},
		{name: "another secret", secrets: []webhook.Secret{webhook.NewSecret()}, err: webhook.ErrSignature},
		{name: "no secret", secrets: []webhook.Secret{}, err: webhook.ErrSignature},
		{name: "a zero secret", secrets: []webhook.Secret{{}}, err: webhook.ErrSignature},
		{name: "the second secret", secrets: []webhook.Secret{webhook.NewSecret(), secret}},
		{name: "the first secret", secrets: []webhook.Secret{secret, webhook.NewSecret()}},
		{name: "a wrong signature", header: published(wrong), err: webhook.ErrSignature},
		{name: "one of several", header: published(wrong + " v2,x v1a,abc " + publishedSignature + " " + wrong)},
		{name: "double spaces", header: published(" " + wrong + "  " + publishedSignature + " ")},
		{name: "behind a malformed one", header: published("v1,x v1 , " + publishedSignature)},
		{name: "of another kind", header: published(strings.Replace(publishedSignature, "v1,", "v1a,", 1)), err: webhook.ErrSignature},
		{name: "without padding", header: published(strings.TrimSuffix(publishedSignature, "=")), err: webhook.ErrSignature},
		{name: "with other trailing bits", header: published(strings.Replace(publishedSignature, "OE=", "OF=", 1)), err: webhook.ErrSignature},
		{name: "with a line break", header: published(publishedSignature[:10] + "\n" + publishedSignature[11:]), err: webhook.ErrSignature},
		{name: "cut short", header: published(publishedSignature[:20]), err: webhook.ErrSignature},
		{name: "twenty signatures", header: published(strings.Repeat(wrong+" ", 19) + publishedSignature)},
		{name: "twenty-one signatures", header: published(strings.Repeat(wrong+" ", 20) + publishedSignature), err: webhook.ErrHeader},
		{name: "no signature", header: without("webhook-signature"), err: webhook.ErrHeader},
		{name: "no ID", header: without("webhook-id"), err: webhook.ErrHeader},
		{name: "no timestamp", header: without("webhook-timestamp"), err: webhook.ErrHeader},
		{name: "empty signature", header: published(""), err: webhook.ErrHeader},
		{name: "two IDs", header: twice("webhook-id"), err: webhook.ErrHeader},
		{name: "two timestamps", header: twice("webhook-timestamp"), err: webhook.ErrHeader},
		{name: "two signature lines", header: twice("webhook-signature"), err: webhook.ErrHeader},
		{name: "an ID with a full stop", header: with(published(publishedSignature), "webhook-id", "msg.1"), err: webhook.ErrHeader},
		{name: "an ID with a space", header: with(published(publishedSignature), "webhook-id", "msg 1"), err: webhook.ErrHeader},
		{name: "an ID that is too long", header: with(published(publishedSignature), "webhook-id", strings.Repeat("a", 257)), err: webhook.ErrHeader},
		{name: "a timestamp with a sign", header: with(published(publishedSignature), "webhook-timestamp", "+1614265330"), err: webhook.ErrHeader},
		{name: "a timestamp with a fraction", header: with(published(publishedSignature), "webhook-timestamp", "1614265330.0"), err: webhook.ErrHeader},
		{name: "a huge timestamp", header: with(published(publishedSignature), "webhook-timestamp", "99999999999999999999"), err: webhook.ErrHeader},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.header == nil {
				tt.header = published(publishedSignature)
			}
			if tt.body == "" {
				tt.body = publishedBody
			}
			if tt.secrets == nil {
				tt.secrets = []webhook.Secret{secret}
			}
			id, err := webhook.Verify(tt.header, []byte(tt.body), time.Unix(publishedAt, 0).Add(tt.after), tt.secrets...)
			assert.ErrorIs(t, err, tt.err)
			want := publishedID
			if tt.err != nil {
				want = ""
			}
			assert.Equal(t, id, want)
		})
	}
}

func with(h http.Header, name, value string) http.Header {
	h.Set(name, value)
	return h
}

func without(name string) http.Header {
	h := published(publishedSignature)
	h.Del(name)
	return h
}

func twice(name string) http.Header {
	h := published(publishedSignature)
	h.Add(name, h.Get(name))
	return h
}

// FuzzSignatureHeader checks what is taken against the simplest reading of the header: one of
// its words is the right signature.
func FuzzSignatureHeader(f *testing.F) {
	f.Add(publishedID, strconv.Itoa(publishedAt), publishedSignature)
	f.Add("msg_1", "1614265330", "v1, v1a,x  "+publishedSignature)
	f.Add("a.b", "-1", strings.Repeat("v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ", 21))
	secret := mustParse(f, publishedSecret)
	f.Fuzz(func(t *testing.T, id, stamp, signatures string) {
		h := http.Header{webhook.HeaderID: {id}, webhook.HeaderTimestamp: {stamp}, webhook.HeaderSignature: {signatures}}
		for _, list := range []string{signatures, signatures + " " + secret.Sign(id, time.Unix(publishedAt, 0), []byte(publishedBody))} {
			h.Set(webhook.HeaderSignature, list)
			got, err := webhook.Verify(h, []byte(publishedBody), time.Unix(publishedAt, 0), secret)
			if err != nil {
				continue
			}
			seconds, parseErr := strconv.ParseInt(stamp, 10, 64)
			assert.NoError(t, parseErr, stamp)
			right := secret.Sign(id, time.Unix(seconds, 0), []byte(publishedBody))
			if got != id || strings.Contains(id, ".") || !strings.Contains(" "+list+" ", " "+right+" ") {
				t.Errorf("took %q at %q with %q", id, stamp, list)
			}
		}
	})
}
