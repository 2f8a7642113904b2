// Program walkthrough uses the API through the client of oapi-codegen. Arguments: the URL of the API, a bearer token.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"

	"github.com/google/uuid"
	"github.com/oapi-codegen/nullable"

	"users-client/users"
)

func main() {
	url, token := os.Args[1], os.Args[2]
	ctx := context.Background()
	api := must(users.NewClientWithResponses(url, users.WithRequestEditorFn(
		func(_ context.Context, request *http.Request) error {
			request.Header.Set("Authorization", "Bearer "+token)
			return nil
		})))

	another := must(api.CreateUserWithResponse(ctx, nil, users.UserCreation{
		Name: "Grace Hopper", Email: users.Email(uuid.NewString() + "@example.com")}))
	check(another.JSON201 != nil)

	// Create a user.
	email := users.Email(uuid.NewString() + "@example.com")
	created := must(api.CreateUserWithResponse(ctx, nil, users.UserCreation{Name: "Ada Lovelace", Email: email, Age: new(36)}))
	check(created.JSON201 != nil)
	ada := created.JSON201

	// Get it, unless the client has its current version.
	got := must(api.GetUserWithResponse(ctx, ada.UserId, nil))
	check(got.JSON200 != nil && got.JSON200.Name == "Ada Lovelace")
	etag := got.Headers200.ETag
	unchanged := must(api.GetUserWithResponse(ctx, ada.UserId, &users.GetUserParams{IfNoneMatch: &etag}))
	check(unchanged.StatusCode() == http.StatusNotModified)

	// Find it by its email address.
	found := must(api.ListUsersWithResponse(ctx, &users.ListUsersParams{Email: &email}))
	check(found.JSON200 != nil && len(found.JSON200.Users) == 1 && found.JSON200.Users[0].UserId == ada.UserId)

	// List all users, a page at a time.
	var ids []uuid.UUID
	params := users.ListUsersParams{PageSize: new(1)}
	for {
		page := must(api.ListUsersWithResponse(ctx, &params)).JSON200
		check(page != nil)
		for _, user := range page.Users {
			ids = append(ids, user.UserId)
		}
		if page.NextToken == nil {
			break
		}
		params.NextToken = page.NextToken
	}
	check(slices.Contains(ids, ada.UserId) && slices.Contains(ids, another.JSON201.UserId))

	// Change it, unless it has changed meanwhile.
	ifUnchanged := &users.UpdateUserParams{IfMatch: &etag}
	changed := must(api.UpdateUserWithResponse(ctx, ada.UserId, ifUnchanged, users.UserPatch{Name: new("Ada King")}))
	check(changed.JSON200 != nil && changed.JSON200.Name == "Ada King" && *changed.JSON200.Age == 36)

	// The second change of the same version fails.
	refused := must(api.UpdateUserWithResponse(ctx, ada.UserId, ifUnchanged, users.UserPatch{Name: new("Ada Byron")}))
	check(refused.ApplicationproblemJSON412 != nil)

	// Remove the age: null is sent, and an omitted field is not sent.
	ageless := must(api.UpdateUserWithResponse(ctx, ada.UserId, nil, users.UserPatch{Age: nullable.NewNullNullable[int]()}))
	check(ageless.JSON200 != nil && ageless.JSON200.Name == "Ada King" && ageless.JSON200.Age == nil)

	// Read a problem. Detail and Errors are nil if the problem has none.
	taken := must(api.CreateUserWithResponse(ctx, nil, users.UserCreation{Name: "Another Ada", Email: email}))
	problem := taken.ApplicationproblemJSON409
	check(problem != nil && problem.Detail != nil && problem.Errors != nil)
	fmt.Println(problem.Title, *problem.Detail)
	for _, fieldError := range *problem.Errors {
		fmt.Println(fieldError.Field, fieldError.Code, fieldError.Message)
	}
	check((*problem.Errors)[0].Code == users.Taken)

	// Delete it.
	deleted := must(api.DeleteUserWithResponse(ctx, ada.UserId, nil))
	check(deleted.JSON200 != nil)

	check(must(api.DeleteUserWithResponse(ctx, another.JSON201.UserId, nil)).JSON200 != nil)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func check(holds bool) {
	if !holds {
		panic("the API has responded unexpectedly")
	}
}
