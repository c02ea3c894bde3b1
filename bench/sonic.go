package main

import (
	"errors"
	"net/http"

	"github.com/bytedance/sonic"
	"github.com/bytedance/sonic/decoder"
)

// sonicJSON names the contender with sonic in place of encoding/json.
const sonicJSON = "sonic"

var errSonicFallback = errors.New("sonic does not know this platform or Go version and would run encoding/json")

func openSonic() (http.Handler, error) {
	if sonic.APIKind != sonic.UseSonicJSON {
		return nil, errSonicFallback
	}
	h := &handwritten{
		unmarshal: sonic.ConfigStd.Unmarshal,
		marshal:   sonic.ConfigStd.Marshal,
		malformed: func(err error) bool {
			_, ok := errors.AsType[decoder.SyntaxError](err)
			return ok
		},
	}
	return h.routes(), nil
}
