package schema

import "strings"

// networkPattern matches the text of a network, as netip.ParsePrefix reads it.
// Source: RFC 3986, section 3.2.2, for the addresses; RFC 4632, section 3.1, and
// RFC 4291, section 2.3, for the length.
var networkPattern = func() string {
	const (
		octet = `(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])`
		v4    = `(O\.){3}O`
		v6    = `((H:){6}|::(H:){5}|H?::(H:){4}|((H:)?H)?::(H:){3}|((H:){0,2}H)?::(H:){2}|((H:){0,3}H)?::H:|((H:){0,4}H)?::)(H:H|` + v4 + `)` +
			`|((H:){0,5}H)?::H|((H:){0,6}H)?::`
	)
	pattern := `^(` + v4 + `/(3[0-2]|[12]?[0-9])|(` + v6 + `)/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$`
	return strings.NewReplacer("H?", "([0-9a-fA-F]{1,4})?", "H", "[0-9a-fA-F]{1,4}", "O", octet).Replace(pattern)
}()
