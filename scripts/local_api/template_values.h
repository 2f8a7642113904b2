#pragma once

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace users::local_api {

/// The node that these names lead to, one map inside the other; an undefined one where they lead nowhere.
YAML::Node node_at(const YAML::Node& node, std::initializer_list<std::string_view> names);

/// Works out the values of a CloudFormation template that are known without AWS: !Ref and !Sub, in their
/// short and long forms, of parameters (their Default), of pseudo parameters, and of tables (their
/// TableName); and !If, of conditions made of !Equals and !Not.
/// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
class TemplateValues {
 public:
  TemplateValues(const YAML::Node& root, std::string file, std::string region);

  /// `place` is where the value stands: "Globals.Function.Timeout". Throws SetupError, naming it.
  std::string text(const YAML::Node& value, std::string_view place) const;
  /// The same, of a whole number over 0.
  int number(const YAML::Node& value, std::string_view place) const;

  /// Throws a SetupError about that place: "template.yaml:12: Globals.Function.Timeout: why".
  [[noreturn]] void fail(const YAML::Node& node, std::string_view place, std::string_view why) const;

 private:
  std::string ref(const std::string& name, const YAML::Node& node, std::string_view place) const;
  std::string sub(const YAML::Node& argument, std::string_view place) const;
  bool holds(const std::string& condition, const YAML::Node& node, std::string_view place) const;
  bool is_true(const YAML::Node& value, std::string_view place) const;

  YAML::Node root_;
  std::string file_;
  std::string region_;
};

}  // namespace users::local_api
