// Checks a recorded history of the users API: whether each user's requests can be put into one order, in which each
// takes effect at one moment between its call and its return, and every reply is the one that this order gives.
//
//	linearizability HISTORY PICTURE
//
// HISTORY has one request a line, as JSON (see record). It says "linearizable" and exits with 0, or says which user's
// requests are not and exits with 1; PICTURE is then a page that shows them. 2: it could not tell.
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

// A user as clients see it; the zero value is nobody.
type user struct {
	Version int
	Name    string
	Email   string
	Age     int // 0: none
}

// What an update names; null leaves a member as it is.
type patch struct {
	Name  *string
	Email *string
	Age   *int
}

type record struct {
	Client    int
	Operation string // create, read, update, delete, or again: an attempt of an update that was not the last
	User      string // the id
	Tags      []int  // the versions in If-Match or If-None-Match; null: any
	Body      patch
	Call      int64  // in nanoseconds
	Return    *int64 // null where nobody knows: the request may take effect later or never
	Status    int
	Reply     user
}

func changed(u user, by patch) user {
	u.Version++
	if by.Name != nil {
		u.Name = *by.Name
	}
	if by.Email != nil {
		u.Email = *by.Email
	}
	if by.Age != nil {
		u.Age = *by.Age
	}
	return u
}

// What the API promises: the status of the request when the user is u, what becomes of u, and the user in the reply.
func promised(u user, r record) (status int, next, reply user) {
	var nobody user
	named := r.Tags == nil || slices.Contains(r.Tags, u.Version)
	switch {
	case r.Operation == "create" && u == nobody:
		next = changed(nobody, r.Body)
		return 201, next, next
	case u == nobody:
		return 404, u, nobody
	case r.Operation == "read" && r.Tags != nil && named:
		return 304, u, nobody
	case r.Operation == "read":
		return 200, u, u
	case !named:
		return 412, u, nobody
	case r.Operation == "update" || r.Operation == "again":
		next = changed(u, r.Body)
		return 200, next, next
	case r.Operation == "delete":
		return 200, nobody, u
	}
	return 0, u, nobody
}

// What the user may be after the request and the reply in the record; nothing when there can't be such a reply.
func after(u user, r record) []user {
	status, next, reply := promised(u, r)
	switch {
	case r.Return == nil || r.Operation == "again":
		return []user{u, next}
	case r.Status == 409 && r.Operation == "update" && status == 200: // another user has the address
		return []user{u}
	case r.Status == status && r.Reply == reply:
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
		fmt.Println("it takes too long to tell")
		os.Exit(2)
	}
}
