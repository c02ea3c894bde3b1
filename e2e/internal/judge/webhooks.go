package judge

import "encoding/json"

// told checks that each order at the end has an event which arrived, signed, with one ID and one
// body however often it came, and that there is no event of anything else.
func (j *judge) told() {
	if !j.Webhooks {
		return
	}
	bodies := make(map[string]string) // by ID of the event
	accepted := make(map[string]bool) // likewise
	for _, d := range j.Deliveries {
		if d.Invalid != "" {
			j.violation("event %s is not signed as it must be: %s", d.ID, d.Invalid)
		}
		if body, seen := bodies[d.ID]; seen && body != d.Body {
			j.violation("event %s has two bodies:\n%s\n%s", d.ID, body, d.Body)
		}
		bodies[d.ID] = d.Body
		accepted[d.ID] = accepted[d.ID] || d.Accepted
	}
	there := make(map[string]bool)
	for _, l := range j.lists {
		for _, item := range l.items {
			there[item] = true
		}
	}
	events := make(map[string]string) // IDs by bytes of the order
	for id, body := range bodies {
		var event struct {
			Type string
			Data json.RawMessage
		}
		err := json.Unmarshal([]byte(body), &event)
		item := string(event.Data)
		switch other := events[item]; {
		case err != nil || event.Type != "order.created":
			j.violation("event %s is none of an order: %v: %s", id, err, body)
		case !there[item]:
			j.violation("event %s tells of an order that does not exist: %s", id, item)
		case other != "":
			j.violation("the events %s and %s tell of one order: %s", other, id, item)
		}
		events[item] = id
	}
	for item := range there {
		switch id := events[item]; {
		case id == "":
			j.violation("no event tells of %s", item)
		case !accepted[id]:
			j.violation("event %s was never accepted: %s", id, item)
		}
	}
}
