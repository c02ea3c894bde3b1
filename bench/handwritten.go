package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log"
	"mime"
	"net/http"
	"strconv"

	"github.com/tenonapi/tenon/bench/work"
)

const maxBody = 1 << 20 // bytes

// handwritten is the API as a careful engineer writes it on net/http with a
// JSON library of the shape of encoding/json: the body is limited, its media
// type checked, trailing data refused, every violation listed in one answer, and
// an answer is encoded before its status is written.
type handwritten struct {
	unmarshal func([]byte, any) error
	marshal   func(any) ([]byte, error)
	malformed func(error) bool // text that is not JSON, as opposed to JSON of another type
}

// encodingJSON names the contender of the standard library.
const encodingJSON = "encoding-json"

func openEncodingJSON() (http.Handler, error) {
	h := &handwritten{
		unmarshal: json.Unmarshal,
		marshal:   json.Marshal,
		malformed: func(err error) bool {
			_, ok := errors.AsType[*json.SyntaxError](err)
			return ok
		},
	}
	return h.routes(), nil
}

func encodingJSONCodec() (codec, error) {
	return codec{
		decodeOrder:   decodeAndCheck(json.Unmarshal, checkOrder),
		decodeInvoice: decodeAndCheck(json.Unmarshal, checkInvoice),
		encodeOrder:   encodeAgain[work.Order](),
		encodeInvoice: encodeAgain[work.CreateInvoice](),
		encodeList:    encodeAgain[work.OrderPage](),
	}, nil
}

// encodeAgain returns an encode function that uses its encoder and buffer again.
func encodeAgain[T any]() func(*T) ([]byte, error) {
	buffer := new(bytes.Buffer)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	return func(v *T) ([]byte, error) {
		buffer.Reset()
		err := encoder.Encode(v)
		return buffer.Bytes(), err
	}
}

func (h *handwritten) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/orders", h.createOrder)
	mux.HandleFunc("GET /v1/orders/{order_id}", h.getOrder)
	mux.HandleFunc("GET /v1/customers/{customer_id}/orders", h.listOrders)
	mux.HandleFunc("POST /v1/invoices", h.createInvoice)
	return mux
}

func (h *handwritten) createOrder(w http.ResponseWriter, r *http.Request) {
	var in work.CreateOrder
	if !h.read(w, r, &in) {
		return
	}
	if found := checkOrder(&in); len(found) > 0 {
		h.invalid(w, found)
		return
	}
	order := work.NewOrder(&in)
	w.Header().Set("Location", "/v1/orders/"+order.ID.String())
	h.write(w, http.StatusCreated, &order)
}

func (h *handwritten) getOrder(w http.ResponseWriter, r *http.Request) {
	var id work.OrderID
	if err := id.UnmarshalText([]byte(r.PathValue("order_id"))); err != nil {
		h.invalid(w, violations{{Type: "uuid_parsing", Loc: []any{"path", "order_id"}, Msg: "Input should be a valid UUID"}})
		return
	}
	order, err := work.FindOrder(id)
	if err != nil {
		h.fail(w, err)
		return
	}
	h.write(w, http.StatusOK, &order)
}

func (h *handwritten) listOrders(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	limit := 20
	if query.Has("limit") {
		n, err := strconv.Atoi(query.Get("limit"))
		if err != nil {
			h.invalid(w, violations{{Type: "int_parsing", Loc: []any{"query", "limit"}, Msg: "Input should be a valid integer, unable to parse string as an integer"}})
			return
		}
		if n < 1 || n > 100 {
			h.invalid(w, violations{{Type: "out_of_range", Loc: []any{"query", "limit"}, Msg: "Input should be from 1 to 100"}})
			return
		}
		limit = n
	}
	page, err := work.ListOrders(r.PathValue("customer_id"), limit, query.Get("cursor"))
	if err != nil {
		h.fail(w, err)
		return
	}
	h.write(w, http.StatusOK, &page)
}

func (h *handwritten) createInvoice(w http.ResponseWriter, r *http.Request) {
	var in work.CreateInvoice
	if !h.read(w, r, &in) {
		return
	}
	if found := checkInvoice(&in); len(found) > 0 {
		h.invalid(w, found)
		return
	}
	receipt := work.Bill(&in)
	h.write(w, http.StatusCreated, &receipt)
}

// read decodes the body of r into in. It reports false when it has answered.
func (h *handwritten) read(w http.ResponseWriter, r *http.Request, in any) bool {
	if !isJSON(r.Header.Get("Content-Type")) {
		h.problem(w, http.StatusUnsupportedMediaType, "unsupported_media_type", nil)
		return false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			h.problem(w, http.StatusRequestEntityTooLarge, "content_too_large", nil)
		} else {
			h.problem(w, http.StatusBadRequest, "unreadable_body", nil)
		}
		return false
	}
	if err := h.unmarshal(body, in); err != nil {
		if h.malformed(err) {
			h.problem(w, http.StatusBadRequest, "json_invalid", nil)
		} else {
			h.invalid(w, violations{{Type: "type_error", Loc: []any{"body"}, Msg: err.Error()}})
		}
		return false
	}
	return true
}

// isJSON reports whether a Content-Type is that of JSON.
func isJSON(given string) bool {
	if given == "application/json" {
		return true
	}
	media, _, err := mime.ParseMediaType(given)
	return err == nil && media == "application/json"
}

func (h *handwritten) write(w http.ResponseWriter, status int, answer any) {
	body, err := h.marshal(answer)
	if err != nil {
		w.Header().Del("Location")
		h.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		log.Print("write answer: ", err)
	}
}

// fail answers an error of the work, or an opaque 500.
func (h *handwritten) fail(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, work.ErrNotFound):
		h.problem(w, http.StatusNotFound, "not_found", nil)
	case errors.Is(err, work.ErrCursor):
		h.invalid(w, violations{{Type: "cursor_invalid", Loc: []any{"query", "cursor"}, Msg: "Input should be a cursor of this list"}})
	default:
		log.Print("answer: ", err)
		h.problem(w, http.StatusInternalServerError, "internal", nil)
	}
}

func (h *handwritten) invalid(w http.ResponseWriter, found violations) {
	h.problem(w, http.StatusUnprocessableEntity, "validation_failed", found)
}

// problem answers an error. Source: RFC 9457, section 3.
func (h *handwritten) problem(w http.ResponseWriter, status int, code string, found violations) {
	body, err := h.marshal(&problemDetails{
		Type:   "urn:problem:" + code,
		Title:  http.StatusText(status),
		Status: status,
		Code:   code,
		Errors: found,
	})
	if err != nil {
		log.Print("encode problem: ", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		log.Print("write problem: ", err)
	}
}

type problemDetails struct {
	Type   string     `json:"type"`
	Title  string     `json:"title"`
	Status int        `json:"status"`
	Code   string     `json:"code"`
	Errors violations `json:"errors,omitempty"`
}
