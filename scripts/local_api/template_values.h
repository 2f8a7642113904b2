#pragma once

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

namespace serverless::local_api {

/// Returns the node at a path of names through nested maps, including maps that they merge ("<<: *anchor"),
/// or an undefined node when it does not exist.
YAML::Node node_at(const YAML::Node& node, std::initializer_list<std::string_view> names);

/// Evaluates those values of a CloudFormation template that are known without AWS: !Ref and !Sub of
/// parameters (their Default), pseudo parameters and tables (their TableName), and !If with conditions that
/// use !Equals and !Not; all in their short and long forms.
/// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
class TemplateValues {
 public:
  TemplateValues(const YAML::Node& root, std::string file, std::string region);

  /// Returns the parameter that the value refers to, or "" for any other value.
  std::string parameter_of(const YAML::Node& value) const;
  /// Replaces the Default of a parameter.
  void set_parameter(const std::string& name, const std::string& value) { parameters_[name] = value; }

  /// Returns the value as a string. `place` is its path, such as "Globals.Function.Timeout", for error
  /// messages. Throws SetupError.
  std::string text(const YAML::Node& value, std::string_view place) const;
  /// Returns the strings of a list, or of a !Split at commas, separated by commas; returns a single string
  /// unchanged. Throws SetupError.
  std::string list(const YAML::Node& value, std::string_view place) const;
  /// Returns the value, which must be a positive integer. Throws SetupError.
  int number(const YAML::Node& value, std::string_view place) const;

  /// Throws a SetupError about the node: "template.yaml:12: Globals.Function.Timeout: reason".
  [[noreturn]] void fail(const YAML::Node& node, std::string_view place, std::string_view reason) const;

 private:
  std::string ref(const std::string& name, const YAML::Node& node, std::string_view place) const;
  std::string sub(const YAML::Node& argument, std::string_view place) const;
  bool holds(const std::string& condition, const YAML::Node& node, std::string_view place) const;
  bool is_true(const YAML::Node& value, std::string_view place) const;

  YAML::Node root_;
  std::string file_;
  std::string region_;
  std::map<std::string, std::string> parameters_;
};

}  // namespace serverless::local_api
