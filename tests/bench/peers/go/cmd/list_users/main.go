package main

import (
	"context"
	"net/http"
	"strconv"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"users-api/users"
)

type page struct {
	Users []users.User `json:"users"`

	Count     int    `json:"count"`
	NextToken string `json:"nextToken,omitempty"`
}

var table = users.TableFromEnv(context.Background())

func listUsers(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	pageSize := 25
	if text, given := event.QueryStringParameters["pageSize"]; given {
		var err error
		if pageSize, err = strconv.Atoi(text); err != nil || pageSize < 1 || pageSize > 100 {
			return users.Error(http.StatusBadRequest, "pageSize must be 1 to 100")
		}
	}
	var start map[string]types.AttributeValue
	if token, given := event.QueryStringParameters["nextToken"]; given {
		start = map[string]types.AttributeValue{"userId": &types.AttributeValueMemberS{Value: token}}
	}
	scanned, err := table.Client.Scan(ctx, &dynamodb.ScanInput{
		TableName:         table.Name,
		Limit:             aws.Int32(int32(pageSize)),
		ExclusiveStartKey: start,
		ConsistentRead:    aws.Bool(true),
	})
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	response := page{Count: len(scanned.Items)}
	if err := attributevalue.UnmarshalListOfMaps(scanned.Items, &response.Users); err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	if last, more := scanned.LastEvaluatedKey["userId"].(*types.AttributeValueMemberS); more {
		response.NextToken = last.Value
	}
	return users.JSON(http.StatusOK, response)
}

func main() {
	lambda.Start(listUsers)
}
