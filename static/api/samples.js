"use strict";

// Shows an operation's `x-codeSamples` above its parameters; Swagger UI itself passes them over.
function CodeSamples(system) {
  const { createElement, useState } = system.React;
  let chosen = 0; // in the operation that is opened next, too

  function Samples({ samples }) {
    const [shown, show] = useState(chosen);
    const HighlightCode = system.getComponent("HighlightCode", true);
    const choose = (place) => {
      chosen = place;
      show(place);
    };
    const buttons = samples.map(({ label }, place) =>
      createElement(
        "button",
        { key: label, type: "button", "aria-pressed": place === shown, onClick: () => choose(place) },
        label,
      ),
    );
    const { lang, source } = samples[shown];
    return createElement(
      "section",
      { className: "samples", "aria-label": "Code samples" },
      createElement("div", { className: "samples-languages" }, buttons),
      createElement(HighlightCode, { language: lang, canCopy: true }, source),
      createElement(
        "p",
        null,
        "SHOP is this shop's address, KEY your key; other names in capitals are what answers told, or yours.",
      ),
    );
  }

  const withSamples = (Parameters) => (props) => {
    const samples = props.operation.get("x-codeSamples");
    return createElement(
      system.React.Fragment,
      null,
      samples && createElement(Samples, { samples: samples.toJS() }),
      createElement(Parameters, props),
    );
  };
  return { wrapComponents: { parameters: withSamples } };
}
