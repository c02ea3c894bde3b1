package tenon

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/openapi"
)

// An outCookie is a field that sets a cookie.
type outCookie struct {
	name     string
	index    []int
	script   bool // may be read by scripts
	insecure bool // may be sent without TLS
	doc      string
}

var cookieType = reflect.TypeFor[http.Cookie]()

// cookie reads the tag of a field that sets a cookie.
func (out *output) cookie(f reflect.StructField, index []int) error {
	name, rest, _ := strings.Cut(f.Tag.Get("cookie"), ",")
	k := outCookie{name: name, index: index, doc: f.Tag.Get("doc")}
	switch {
	case f.Type != cookieType || !f.IsExported():
		return fmt.Errorf("tag cookie:%q: want an exported field of type http.Cookie", name)
	case !isToken(name):
		return fmt.Errorf("tag cookie:%q: no cookie can have this name", name)
	case slices.ContainsFunc(out.cookies, func(o outCookie) bool { return o.name == name }):
		return fmt.Errorf("the cookie %q is declared twice", name)
	}
	for option := range strings.SplitSeq(rest, ",") {
		switch option {
		case "":
		case "script":
			k.script = true
		case "insecure":
			k.insecure = true
		default:
			return fmt.Errorf("tag cookie: unknown option %q: want script, for a cookie that scripts may read, or insecure, for one that is sent without TLS", option)
		}
	}
	if k.insecure && (strings.HasPrefix(name, "__Host-") || strings.HasPrefix(name, "__Secure-")) {
		return fmt.Errorf("the prefix of the cookie %q promises what the option insecure takes away", name)
	}
	out.cookies = append(out.cookies, k)
	return nil
}

// set returns the header that the cookie in v makes, "" for a zero one.
// Source: RFC 6265bis, sections 4.1 and 5.6.
func (k *outCookie) set(v any) (string, error) {
	given := reflect.ValueOf(v).Elem().FieldByIndex(k.index).Addr().Interface().(*http.Cookie)
	if given.Value == "" && given.MaxAge == 0 && given.Expires.IsZero() {
		return "", nil
	}
	made := *given
	made.Name = k.name
	made.Path = cmp.Or(made.Path, "/")
	made.HttpOnly, made.Secure = !k.script, !k.insecure
	if made.SameSite == 0 || made.SameSite == http.SameSiteDefaultMode {
		made.SameSite = http.SameSiteLaxMode
	}
	err := made.Valid()
	switch {
	case err != nil:
	case given.Name != "" && given.Name != k.name:
		err = fmt.Errorf("it is called %q", given.Name)
	case !made.Secure && (made.SameSite == http.SameSiteNoneMode || made.Partitioned):
		err = errors.New("SameSite=None and Partitioned need TLS")
	case strings.HasPrefix(made.Name, "__Host-") && (made.Path != "/" || made.Domain != ""):
		err = errors.New("the prefix __Host- wants the path / and no domain")
	}
	if err != nil {
		return "", fmt.Errorf("encode the cookie %s: %w", k.name, err)
	}
	return made.String(), nil
}

// read sets the cookie in v to the one of r.
func (k *outCookie) read(r *http.Response, v any) {
	for _, c := range r.Cookies() {
		if c.Name == k.name {
			reflect.ValueOf(v).Elem().FieldByIndex(k.index).Set(reflect.ValueOf(*c))
		}
	}
}

// describeCookies returns the header Set-Cookie as the document shows it.
func (out *output) describeCookies() *openapi.Header {
	texts := make([]string, len(out.cookies))
	for i, k := range out.cookies {
		texts[i] = "Sets the cookie " + k.name
		if k.doc != "" {
			texts[i] += ": " + k.doc
		}
	}
	return &openapi.Header{Description: strings.Join(texts, "\n\n"), Schema: &openapi.Schema{Type: openapi.Types{"string"}}}
}
