import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])

NUMBERS = ("age", "version")
FIELDS = ("userId", "name", "email", "age", "createdAt", "updatedAt", "version")


def response(status, body):
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}


def handler(event, context):
    user_id = (event["pathParameters"] or {}).get("userId")
    if not user_id:
        return response(400, {"message": "userId is missing"})
    item = table.get_item(Key={"userId": user_id}, ConsistentRead=True).get("Item")
    if item is None:
        return response(404, {"message": "There is no such user"})
    user = {name: int(item[name]) if name in NUMBERS else item[name] for name in FIELDS if name in item}
    return response(200, user)
