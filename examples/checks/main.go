// Command checks is the program of the guide "Checks". It reads the JSON texts
// given as arguments and prints what is wrong with each.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

// Signup is checked by the rules in its tags.
type Signup struct {
	Name   string            `json:"name" check:"trim,minLength=1,maxLength=40"`
	Email  string            `json:"email" check:"lower,format=email"`
	Plan   string            `json:"plan" check:"enum=free|pro|'pay as you go'"`
	Age    int               `json:"age" check:"ge=18"`
	Tags   []string          `json:"tags" check:"maxItems=3,uniqueItems,each(pattern='^[a-z]{2,}$')" default:"[]"`
	Labels map[string]string `json:"labels" check:"maxProperties=5,keys(maxLength=8),values(minLength=1)" default:"{}"`

	Born   tenon.Opt[schema.Date] `json:"born" check:"ge=1900-01-01,lt=now"`
	Coupon tenon.Opt[Coupon]      `json:"coupon"`
	Stay   tenon.Opt[Stay]        `json:"stay"`
	Phone  tenon.Opt[string]      `json:"phone" check:"maxLength=20,pattern='^[0-9 +]+$'?"`
}

// Coupon is a named type with rules of its own.
type Coupon string

// Check stands in a raw string, where a pattern needs no second backslash.
func (Coupon) Check() string { return `upper,pattern='^[A-Z]+-\d{4}$'` }

// Stay is checked as a whole.
type Stay struct {
	From  schema.Date `json:"from"`
	Until schema.Date `json:"until"`
}

// Validate runs once both dates are good.
func (s *Stay) Validate(is *schema.Issues) {
	if s.Until.Compare(s.From) <= 0 {
		is.Add(&s.Until, "before_from", "Until should be after from")
	}
}

func german(issue problem.Issue) string {
	switch issue.Type {
	case "missing":
		return "Pflichtfeld"
	case "greater_than_equal":
		return fmt.Sprintf("Mindestens %v", issue.Ctx[0].Value)
	case "taken": // a type of the application's own
		return "Vergeben"
	}
	return "" // leaves the English
}

// check prints what each text is read as, or what is wrong with it, and then
// what the rules in report-only mode have counted.
func check(w io.Writer, cfg schema.Config, texts ...string) error {
	set := schema.NewSet(cfg)
	signups, err := schema.Compile[Signup](set)
	if err != nil {
		return err // every mistake in the tags
	}
	for _, text := range texts {
		signup, err := signups.Decode([]byte(text))
		if e, ok := errors.AsType[*schema.Error](err); ok {
			for _, issue := range e.Issues {
				fmt.Fprintf(w, "%-23s %s\n", issue.Type, issue)
			}
			continue
		}
		out, err := signups.Append(nil, &signup)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\n", out)
	}
	for _, r := range set.Reports() {
		fmt.Fprintf(w, "%s: %s would refuse %d\n", r.Field, r.Rule, r.Count)
	}
	return nil
}

func main() {
	if err := check(os.Stdout, schema.Config{}, os.Args[1:]...); err != nil {
		log.Fatal(err)
	}
}
