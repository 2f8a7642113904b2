// Checks that a recorded history of the users API is linearizable: the requests of each user must have an order in
// which each takes effect at one moment between its call and its return, and every response is correct.
//
//	linearizability HISTORY PICTURE
//
// HISTORY has one request per line, as JSON (see record). The program prints "linearizable" and exits with 0. Otherwise
// it prints "not linearizable", writes a page that shows the requests to PICTURE, and exits with 1. It exits with 2 when
// the check takes too long.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// A user as clients see it; the zero value means that the user does not exist.
type user struct {
	Version int
	Name    string
	Email   string
}

// The fields of an update; nil leaves a field unchanged.
type patch struct {
	Name  *string
	Email *string
}

type record struct {
	Client    int
	Operation string // create, read, update, delete, or again: an earlier attempt of an update

	User string // the id

	Tags     []int // the versions in If-Match or If-None-Match; nil allows any
	Body     patch
	Call     int64  // in nanoseconds
	Return   *int64 // nil if the outcome is unknown: the request may take effect later or never
	Status   int
	Response user
}

func changed(u user, by patch) user {
	u.Version++
	if by.Name != nil {
		u.Name = *by.Name
	}
	if by.Email != nil {
		u.Email = *by.Email
	}
	return u
}

// Returns what the API promises for a request when the user is u: the status, the next state, and the user in the
// response.
func promised(u user, r record) (status int, next, response user) {
	var none user
	matches := r.Tags == nil || slices.Contains(r.Tags, u.Version)
	switch {
	case r.Operation == "create" && u == none:
		next = changed(none, r.Body)
		return 201, next, next
	case u == none:
		return 404, u, none
	case r.Operation == "read" && r.Tags != nil && matches:
		return 304, u, none
	case r.Operation == "read":
		return 200, u, u
	case !matches:
		return 412, u, none
	case r.Operation == "update" || r.Operation == "again":
		next = changed(u, r.Body)
		return 200, next, next
	case r.Operation == "delete":
		return 200, none, u
	}
	return 0, u, none
}

// Returns the possible states after the request and the response in the record; none if the response is wrong.
func after(u user, r record) []user {
	status, next, response := promised(u, r)
	switch {
	case r.Return == nil || r.Operation == "again":
		return []user{u, next}
	case r.Status == 409 && r.Operation == "update" && status == 200: // another user has the address
		return []user{u}
	case r.Status == status && r.Response == response:
		return []user{next}
	}
	return nil
}

func model() porcupine.Model {
	byUser := func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := map[string][]porcupine.Operation{}
		for _, operation := range history {
			id := operation.Input.(record).User
			parts[id] = append(parts[id], operation)
		}
		var all [][]porcupine.Operation
		for _, part := range parts {
			all = append(all, part)
		}
		return all
	}
	nondeterministic := porcupine.NondeterministicModel{
		Partition: byUser,
		Init:      func() []any { return []any{user{}} },
		Step: func(state, input, _ any) []any {
			var states []any
			for _, u := range after(state.(user), input.(record)) {
				states = append(states, u)
			}
			return states
		},
		DescribeOperation: func(input, _ any) string {
			text, _ := json.Marshal(input)
			return string(text)
		},
	}
	return nondeterministic.ToModel()
}

func read(path string) ([]porcupine.Operation, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var history []porcupine.Operation
	lines := json.NewDecoder(file)
	lines.DisallowUnknownFields()
	for {
		var r record
		if err := lines.Decode(&r); errors.Is(err, io.EOF) {
			return history, nil
		} else if err != nil {
			return nil, err
		}
		end := int64(math.MaxInt64)
		if r.Return != nil {
			end = *r.Return
		}
		history = append(history, porcupine.Operation{ClientId: r.Client, Input: r, Call: r.Call, Return: end})
	}
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: linearizability HISTORY PICTURE")
	}
	history, err := read(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	checked := model()
	result, information := porcupine.CheckOperationsVerbose(checked, history, 5*time.Minute)
	switch result {
	case porcupine.Ok:
		fmt.Printf("linearizable: %d requests\n", len(history))
	case porcupine.Illegal:
		fmt.Printf("not linearizable: see %s\n", os.Args[2])
		if err := porcupine.VisualizePath(checked, information, os.Args[2]); err != nil {
			log.Print(err)
		}
		os.Exit(1)
	default:
		fmt.Println("the check took too long")
		os.Exit(2)
	}
}
