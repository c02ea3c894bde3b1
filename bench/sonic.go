package main

import (
	"errors"
	"net/http"

	"github.com/bytedance/sonic"
	"github.com/bytedance/sonic/decoder"

	"github.com/tenonapi/tenon/bench/work"
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

// sonicCodec encodes with Marshal: sonic's functions that append to a buffer
// copy it once more to escape HTML.
func sonicCodec() (codec, error) {
	return codec{
		decodeOrder:   decodeAndCheck(sonic.ConfigStd.Unmarshal, checkOrder),
		decodeInvoice: decodeAndCheck(sonic.ConfigStd.Unmarshal, checkInvoice),
		encodeOrder:   func(v *work.Order) ([]byte, error) { return sonic.ConfigStd.Marshal(v) },
		encodeInvoice: func(v *work.CreateInvoice) ([]byte, error) { return sonic.ConfigStd.Marshal(v) },
		encodeList:    func(v *work.OrderPage) ([]byte, error) { return sonic.ConfigStd.Marshal(v) },
	}, nil
}
