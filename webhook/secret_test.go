package webhook_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/webhook"
)

func mustParse(t testing.TB, text string) webhook.Secret {
	t.Helper()
	s, err := webhook.ParseSecret(text)
	assert.NoError(t, err)
	return s
}

// Source: standard-webhooks/standard-webhooks, libraries/go/webhook_test.go, TestWebhookSign.
const (
	publishedSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	publishedID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	publishedAt        = 1614265330
	publishedBody      = `{"test": 2432232314}`
	publishedSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

func TestI4SignatureIsThePublishedOne(t *testing.T) {
	got := mustParse(t, publishedSecret).Sign(publishedID, time.Unix(publishedAt, 0), []byte(publishedBody))
	assert.Equal(t, got, publishedSignature)
}

func TestI4SecretsHave24To64Bytes(t *testing.T) {
	text := func(n int) string { return "whsec_" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xfb}, n)) }
	for _, n := range []int{24, 25, 26, 64} {
		assert.Equal(t, mustParse(t, text(n)).Reveal(), text(n))
	}
	for _, bad := range []string{
		"", "whsec_", text(23), text(65), strings.TrimPrefix(text(32), "whsec_"), "whsk_" + text(32)[6:], text(32) + "\n",
		text(32)[:20] + "\n" + text(32)[20:], text(25)[:40], text(32) + "=", strings.ReplaceAll(text(32), "+", "-"), " " + text(32),
		text(25)[:39] + "x==",
	} {
		s, err := webhook.ParseSecret(bad)
		if err == nil {
			t.Errorf("ParseSecret(%q) took it", bad)
		}
		assert.Equal(t, s.IsZero(), true)
	}
	s := webhook.NewSecret()
	assert.Equal(t, mustParse(t, s.Reveal()).Reveal(), s.Reveal())
	assert.Equal(t, s.Reveal() != webhook.NewSecret().Reveal(), true)
}

func TestSecretsAreNotShown(t *testing.T) {
	s := mustParse(t, publishedSecret)
	e := webhook.Endpoint{ID: "ep_1", Secret: s, Previous: s}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s, "endpoint", e)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", s, "endpoint", e)
	object, err := json.Marshal(map[string]any{"secret": s, "endpoint": e})
	assert.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb+" "+verb+" "+verb+"\n", s, e, &e)
	}
	_, err = webhook.ParseSecret(publishedSecret + "x")
	shown := log.String() + string(object) + err.Error()
	key, err := base64.StdEncoding.DecodeString(publishedSecret[6:])
	assert.NoError(t, err)
	for _, part := range []string{publishedSecret[6:], string(key), fmt.Sprintf("%x", key), fmt.Sprint(key), fmt.Sprintf("%#v", key)} {
		if strings.Contains(shown, strings.Trim(part, "[]")) {
			t.Errorf("the secret is shown: %s", shown)
		}
	}
}
