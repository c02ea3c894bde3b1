package problem

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Parse reads a problem document, such as [Error.AppendJSON] writes. Unknown
// members are ignored. Source: RFC 9457, section 3.
func Parse(data []byte) (*Error, error) {
	var doc struct {
		Status int             `json:"status"`
		Code   string          `json:"code"`
		Title  string          `json:"title"`
		Detail string          `json:"detail"`
		Errors []issue         `json:"errors"`
		Data   json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("problem: %v", err)
	}
	e := &Error{Status: doc.Status, Code: doc.Code, Title: doc.Title, Detail: doc.Detail, Data: doc.Data}
	for _, i := range doc.Errors {
		e.Issues = append(e.Issues, Issue(i))
	}
	return e, nil
}

// issue is an Issue as JSON has it.
type issue Issue

// UnmarshalJSON implements [json.Unmarshaler].
func (i *issue) UnmarshalJSON(data []byte) error {
	var doc struct {
		Type  string          `json:"type"`
		Loc   []any           `json:"loc"`
		Msg   string          `json:"msg"`
		Input json.RawMessage `json:"input"`
		Ctx   map[string]any  `json:"ctx"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		return err
	}
	*i = issue{Type: doc.Type, Loc: doc.Loc, Msg: doc.Msg, Input: doc.Input}
	for n, seg := range i.Loc {
		if number, ok := seg.(json.Number); ok {
			index, err := number.Int64()
			if err != nil {
				return err
			}
			i.Loc[n] = int(index)
		}
	}
	// Members of ctx are read in the order of the text.
	var ctx struct {
		Ctx json.RawMessage `json:"ctx"`
	}
	if err := json.Unmarshal(data, &ctx); err != nil || len(doc.Ctx) == 0 {
		return err
	}
	names := json.NewDecoder(bytes.NewReader(ctx.Ctx))
	if _, err := names.Token(); err != nil {
		return err
	}
	for names.More() {
		name, err := names.Token()
		if err != nil {
			return err
		}
		var skip json.RawMessage
		if err := names.Decode(&skip); err != nil {
			return err
		}
		i.Ctx = append(i.Ctx, Attr{Name: name.(string), Value: doc.Ctx[name.(string)]})
	}
	return nil
}
