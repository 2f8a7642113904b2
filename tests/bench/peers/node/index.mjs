import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));

const json = (statusCode, body) => ({
  statusCode,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

export const handler = async (event) => {
  const userId = event.pathParameters?.userId;
  if (!userId) return json(400, { message: "userId is missing" });
  const { Item: item } = await table.send(
    new GetCommand({ TableName: process.env.TABLE_NAME, Key: { userId }, ConsistentRead: true }),
  );
  if (!item) return json(404, { message: "There is no such user" });
  const { name, email, age, createdAt, updatedAt, version } = item;
  return json(200, { userId, name, email, age, createdAt, updatedAt, version });
};
