package pagination

import (
	"net/url"
	"strings"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/schema"
)

// links returns the header Link of a page, absent when there is nothing to link to. Its
// targets are a query each: they are right also behind a proxy that changes the path.
// Source: RFC 8288, section 3; RFC 3986, section 5.2.2.
func links(from *From, next *string) tenon.Opt[string] {
	if from.Request == nil {
		return tenon.Opt[string]{}
	}
	kept := others(from.Request.URL.RawQuery)
	var list []string
	if next != nil {
		list = append(list, `<?`+kept+"cursor="+*next+`>; rel="next"`)
	}
	if _, ok := from.Cursor.Get(); ok {
		list = append(list, `<?`+strings.TrimSuffix(kept, "&")+`>; rel="first"`)
	}
	if list == nil {
		return tenon.Opt[string]{}
	}
	return schema.Some(strings.Join(list, ", "))
}

// others returns a query without its cursor, each parameter with an & behind it.
func others(query string) string {
	var kept strings.Builder
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if name, err := url.QueryUnescape(name); part == "" || err == nil && name == "cursor" {
			continue
		}
		for i := range len(part) {
			if c := part[i]; strings.IndexByte(inQuery, c) >= 0 {
				kept.WriteByte(c)
			} else {
				kept.WriteString("%" + upperHex[c>>4:c>>4+1] + upperHex[c&15:c&15+1])
			}
		}
		kept.WriteByte('&')
	}
	return kept.String()
}

// inQuery are the bytes that links have as they are, and the sign before those that they have
// in hexadecimal: servers take many more, such as one that ends the target, and simple
// clients split the header at commas and semicolons.
const (
	inQuery  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~*:@/=+%"
	upperHex = "0123456789ABCDEF"
)
