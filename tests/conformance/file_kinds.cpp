// Kinds that open SavedModels, MetaGraphs and checkpoints.
#include "case.h"
#include "rill/error.hpp"
#include "rill/saved_model.hpp"
#include "rill/saver.hpp"

namespace rill::conformance {
namespace {

std::set<std::string> tags_of(const Json& artefact) {
  std::set<std::string> tags;
  if (const Json* list = artefact.find("tags")) {
    for (const Json& tag : list->as_array()) tags.insert(tag.as_string());
  } else {
    tags.insert("serve");
  }
  return tags;
}

}  // namespace

void run_graph_restore(const Pack& pack, const Json& test, Answer& answer) {
  const Json& artefact = test.at("artefact");
  Graph graph;
  graph.import(GraphDef::load(file_of(pack, artefact)));
  const Session session(graph);
  Saver(graph).restore(session, file_of(pack, artefact, "checkpoint"));
  run_steps(pack, test, session, answer);
}

void run_meta_graph(const Pack& pack, const Json& test, Answer& answer) {
  const Json& artefact = test.at("artefact");
  Graph graph;
  const Saver saver = import_meta_graph(graph, file_of(pack, artefact));
  SessionOptions options;
  options.allow_files = true;
  const Session session(graph, options);
  const Json* checkpoint = artefact.find("checkpoint");
  if (checkpoint != nullptr && !checkpoint->is_null()) {
    saver.restore(session, file_of(pack, artefact, "checkpoint"));
  }
  run_steps(pack, test, session, answer);
}

void run_saved_model_session(const Pack& pack, const Json& test, Answer& answer) {
  const Json& artefact = test.at("artefact");
  const Session session{Graph()};
  SavedModel::load(session, tags_of(artefact), file_of(pack, artefact));
  run_steps(pack, test, session, answer);
}

void run_signature(const Pack& pack, const Json& test, Answer& answer) {
  const Json& artefact = test.at("artefact");
  const Session session{Graph()};
  const SavedModel model = SavedModel::load(session, tags_of(artefact), file_of(pack, artefact));
  const Json* entry = test.find("entry");
  const Json* key = entry ? entry->find("signature") : nullptr;
  for (const Json& step : test.at("steps").as_array()) {
    std::map<std::string, Tensor> inputs;
    for (const Json& feed : step.at("feeds").as_array()) {
      inputs[feed.at("tensor").as_string()] = feed_value(pack, feed);
    }
    const auto outputs = model.run(inputs, key ? key->as_string() : "");
    for (const Json& fetch : step.at("fetches").as_array()) {
      const auto found = outputs.find(fetch.at("tensor").as_string());
      if (found == outputs.end())
        throw NotFoundError("no output " + fetch.at("tensor").as_string());
      answer.put(fetch, found->second);
    }
  }
}

void run_function(const Pack& pack, const Json& test, Answer& answer) {
  const Json& artefact = test.at("artefact");
  const Session session{Graph()};
  const SavedModel model = SavedModel::load(session, tags_of(artefact), file_of(pack, artefact));
  const std::string& name = test.at("entry").at("function").as_string();
  for (const Json& step : test.at("steps").as_array()) {
    std::vector<Tensor> args;
    for (const Json& feed : step.at("feeds").as_array()) args.push_back(feed_value(pack, feed));
    const std::vector<Tensor> outputs = model.call(name, args);
    size_t i = 0;
    for (const Json& fetch : step.at("fetches").as_array()) answer.put(fetch, outputs.at(i++));
  }
}

void run_object_graph(const Pack& pack, const Json& test, Answer& answer) {
  const std::string prefix = file_of(pack, test.at("artefact"), "prefix");
  Json children = Json::object();
  for (const auto& [path, key] : list_objects(prefix)) {
    children.set(path, dtype_name(load_variable(prefix, key).dtype()));
  }
  answer.result.set("children", std::move(children));
}

void run_checkpoint(const Pack& pack, const Json& test, Answer& answer) {
  const Json& artefact = test.at("artefact");
  const std::string prefix = artefact.contains("prefix")
                                 ? file_of(pack, artefact, "prefix")
                                 : latest_checkpoint(file_of(pack, artefact, "dir")).string();
  for (const Json& step : test.at("steps").as_array()) {
    for (const Json& fetch : step.at("fetches").as_array()) {
      answer.put(fetch, load_variable(prefix, fetch.at("tensor").as_string()));
    }
  }
}

void run_load_error(const Pack& pack, const Json& test, Answer& answer) {
  const Json& artefact = test.at("artefact");
  const std::string& type = artefact.at("type").as_string();
  if (type == "savedmodel") {
    const Session session{Graph()};
    const SavedModel model = SavedModel::load(session, tags_of(artefact), file_of(pack, artefact));
    if (const Json* entry = test.find("entry")) model.signature(entry->at("signature").as_string());
  } else if (type == "checkpoint") {
    const std::string prefix =
        file_of(pack, artefact, artefact.contains("file") ? "file" : "prefix");
    for (const CheckpointVariable& v : list_variables(prefix)) load_variable(prefix, v.name);
  } else {
    run_keras_load(pack, test, answer);
  }
}

}  // namespace rill::conformance
