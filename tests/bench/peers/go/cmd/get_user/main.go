package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"users-api/users"
)

var table = users.TableFromEnv(context.Background())

func getUser(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	userID, given := event.PathParameters["userId"]
	if !given {
		return users.Error(http.StatusBadRequest, "userId is missing")
	}
	found, err := table.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:      table.Name,
		Key:            map[string]types.AttributeValue{"userId": &types.AttributeValueMemberS{Value: userID}},
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	if found.Item == nil {
		return users.Error(http.StatusNotFound, "There is no such user")
	}
	var user users.User
	if err := attributevalue.UnmarshalMap(found.Item, &user); err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	return users.JSON(http.StatusOK, user)
}

func main() {
	lambda.Start(getUser)
}
