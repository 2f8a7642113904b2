package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/uuid"

	"users-api/users"
)

type newUser struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Age   *int   `json:"age"`
}

var table = users.TableFromEnv(context.Background())

func createUser(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	var wanted newUser
	if err := json.Unmarshal([]byte(event.Body), &wanted); err != nil {
		return users.Error(http.StatusBadRequest, "The body is not a user")
	}
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	user := users.User{
		UserID: uuid.NewString(),

		Name:      wanted.Name,
		Email:     wanted.Email,
		Age:       wanted.Age,
		CreatedAt: now,
		UpdatedAt: now,
		Version:   1,
	}
	item, err := attributevalue.MarshalMap(user)
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	_, err = table.Client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:           table.Name,
		Item:                item,
		ConditionExpression: aws.String("attribute_not_exists(userId)"),
	})
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	return users.JSON(http.StatusCreated, user)
}

func main() {
	lambda.Start(createUser)
}
