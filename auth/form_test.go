package auth_test

import (
	"context"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/auth"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestFormsOfOAuth2AreReadAndNeverRepeated(t *testing.T) {
	type token struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type" check:"enum=bearer"`
	}
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		tenon.Post(r, "/token", func(_ context.Context, in *auth.PasswordForm) (token, error) {
			if in.Password.Reveal() != "correct horse" {
				return token{}, tenon.Invalid(in, &in.Password, "wrong", "Password is wrong")
			}
			return token{in.Username + " " + in.Scope, "bearer"}, nil
		})
		tenon.Post(r, "/code", func(_ context.Context, in *auth.CodeForm) (token, error) {
			verifier, _ := in.CodeVerifier.Get()
			return token{in.Code.Reveal() + " " + verifier.Reveal(), "bearer"}, nil
		})
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	const form = "Content-Type: application/x-www-form-urlencoded"
	r := c.Do("POST", "/token", "grant_type=password&username=ada&password=correct+horse&scope=a+b", form)
	assert.Equal(t, string(r.Body), `{"access_token":"ada a b","token_type":"bearer"}`)
	verifier := strings.Repeat("v", 43)
	r = c.Do("POST", "/code", "grant_type=authorization_code&code=c&code_verifier="+verifier, form)
	assert.Equal(t, string(r.Body), `{"access_token":"c `+verifier+`","token_type":"bearer"}`)
	for _, body := range []string{"grant_type=password&username=ada&password=hunter2", "grant_type=code&username=ada&password=hunter2", "password=hunter2"} {
		r = c.Do("POST", "/token", body, form)
		assert.Equal(t, r.Status, 422)
		assert.Equal(t, strings.Contains(string(r.Body), "hunter2"), false, string(r.Body))
	}
}
