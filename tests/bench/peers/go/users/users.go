// Package users contains the parts that the three functions share: the user, the table and the responses.
package users

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

type User struct {
	UserID string `json:"userId" dynamodbav:"userId"`

	Name      string `json:"name" dynamodbav:"name"`
	Email     string `json:"email" dynamodbav:"email"`
	Age       *int   `json:"age,omitempty" dynamodbav:"age,omitempty"`
	CreatedAt string `json:"createdAt" dynamodbav:"createdAt"`
	UpdatedAt string `json:"updatedAt" dynamodbav:"updatedAt"`
	Version   int    `json:"version" dynamodbav:"version"`
}

// Table is a table with its client.
type Table struct {
	Client *dynamodb.Client
	Name   *string
}

func TableFromEnv(ctx context.Context) Table {
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	name := os.Getenv("TABLE_NAME")
	return Table{Client: dynamodb.NewFromConfig(settings), Name: &name}
}

func JSON(status int, body any) (events.APIGatewayProxyResponse, error) {
	text, err := json.Marshal(body)
	return events.APIGatewayProxyResponse{
		StatusCode: status,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       string(text),
	}, err
}

func Error(status int, message string) (events.APIGatewayProxyResponse, error) {
	return JSON(status, map[string]string{"message": message})
}
