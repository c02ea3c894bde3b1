package webhook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"time"

	"github.com/tenonapi/tenon/webhook"
)

func ExampleReceiver_Wrap() {
	secret, err := webhook.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") // from the configuration
	if err != nil {
		log.Fatal(err)
	}
	receiver, err := webhook.NewReceiver(webhook.ReceiverConfig{Secrets: []webhook.Secret{secret}})
	if err != nil {
		log.Fatal(err)
	}
	h := receiver.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fmt.Println(r.Header.Get(webhook.HeaderID), string(body), err)
	}))
	for range 2 { // senders repeat what they are not sure of
		now := time.Now()
		r := httptest.NewRequest("POST", "/hooks", strings.NewReader(`{"type":"order.created"}`))
		r.Header.Set(webhook.HeaderID, "msg_1")
		r.Header.Set(webhook.HeaderTimestamp, fmt.Sprint(now.Unix()))
		r.Header.Set(webhook.HeaderSignature, secret.Sign("msg_1", now, []byte(`{"type":"order.created"}`)))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	// Output:
	// msg_1 {"type":"order.created"} <nil>
	// 200
	// 204
}

func ExampleVerify() {
	secret, err := webhook.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		log.Fatal(err)
	}
	h := http.Header{}
	h.Set("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
	h.Set("webhook-timestamp", "1614265330")
	h.Set("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
	now := time.Unix(1614265390, 0)
	fmt.Println(webhook.Verify(h, []byte(`{"test": 2432232314}`), now, secret))
	fmt.Println(webhook.Verify(h, []byte(`{"test": 2432232314}`), now.Add(time.Hour), secret))
	// Output:
	// msg_p5jXN8AQM9LWM0D4loKWxJek <nil>
	//  webhook: the message is too old or from the future
}

// The signature is one of bytes: what was decoded and encoded again has others.
func ExampleVerify_incorrect() {
	secret := webhook.NewSecret()
	received, now := []byte(`{"test": 2432232314}`), time.Now()
	h := http.Header{}
	h.Set("webhook-id", "msg_1")
	h.Set("webhook-timestamp", fmt.Sprint(now.Unix()))
	h.Set("webhook-signature", secret.Sign("msg_1", now, received))

	var again bytes.Buffer
	if err := json.Compact(&again, received); err != nil {
		log.Fatal(err)
	}
	_, err := webhook.Verify(h, again.Bytes(), now, secret)
	fmt.Println(err)
	// Output: webhook: no signature fits the message
}

func ExampleGuard() {
	guard := webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}} // a receiver of our own
	fmt.Println(guard.CheckURL("https://receiver.example/hooks"))
	fmt.Println(guard.CheckURL("http://10.1.2.3:8080/hooks"))
	fmt.Println(guard.CheckURL("https://169.254.169.254/latest/meta-data/"))
	// Output:
	// <nil>
	// <nil>
	// webhook: blocked by the guard: the address is not public
}

func ExampleSecret() {
	secret, err := webhook.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(secret) // as in a log
	fmt.Println(secret.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`)))
	// Output:
	// **********
	// v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=
}
