/// The page of a report in Mustache: double braces escape, and only drawings and the style stand in
/// triple ones.
enum ReportTemplate {
  static let page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light">
    <title>{{title}}</title>
    <style>
    {{{style}}}
    </style>
    </head>
    <body>
    <main>
    <header>
    <h1>{{title}}</h1>
    <p class="subtitle">{{subtitle}}</p>
    </header>
    <section>
    <h2>Verdict</h2>
    <ul class="verdicts">
    {{#verdicts}}
    <li class="{{kind}}"><span class="sign">{{sign}}</span> {{text}}</li>
    {{/verdicts}}
    </ul>
    </section>
    {{#overview}}
    <section>
    <h2>Result</h2>
    <div class="wide"><table>
    <thead><tr><th scope="col">mean ± sd</th>{{#titles}}<th scope="col">{{.}}</th>{{/titles}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr class="{{kind}}"><th scope="row" title="{{name}}">{{#label}}{{>piece}}{{/label}}</th>{{#cells}}<td>{{.}}</td>{{/cells}}</tr>
    {{/rows}}
    {{#extra}}
    <tr class="minor"><th scope="row">{{name}}</th>{{#cells}}<td>{{.}}</td>{{/cells}}</tr>
    {{/extra}}
    </tbody>
    </table></div>
    </section>
    {{/overview}}
    {{#galleries}}
    {{#shown}}
    <section>
    <h2>{{title}}</h2>
    {{#figures}}
    <figure style="max-width:{{width}}px">
    {{{svg}}}
    <figcaption>{{caption}} <span class="file">report/figures/{{name}}.svg, .pdf, .gp</span></figcaption>
    </figure>
    {{/figures}}
    </section>
    {{/shown}}
    {{/galleries}}
    <section>
    <h2>Posterior in numbers</h2>
    {{#results}}
    <h3>{{title}}</h3>
    <div class="wide"><table>
    <thead><tr><th scope="col">parameter</th>{{#titles}}<th scope="col">{{.}}</th>{{/titles}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row" title="{{name}}">{{#label}}{{>piece}}{{/label}}</th>{{#cells}}<td>{{.}}</td>{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table></div>
    {{#notes}}<p class="note">{{.}}</p>{{/notes}}
    {{/results}}
    </section>
    <section>
    <h2>Data and choices</h2>
    {{#facts}}
    <h3>{{title}}</h3>
    <dl>
    {{#entries}}
    <dt>{{name}}</dt><dd>{{value}}</dd>
    {{/entries}}
    </dl>
    {{/facts}}
    </section>
    {{#reproduction}}
    <section>
    <h2>How to make it again</h2>
    {{#command}}<pre>{{text}}</pre>{{/command}}
    <p>The same program, data and seed give the same draws, bit for bit.</p>
    <dl>
    {{#entries}}
    <dt>{{name}}</dt><dd>{{value}}</dd>
    {{/entries}}
    </dl>
    </section>
    {{/reproduction}}
    </main>
    </body>
    </html>

    """

  /// A piece of a label such as Ωₘ.
  static let piece = """
    {{#line}}{{#italic}}<i>{{text}}</i>{{/italic}}{{#upright}}{{text}}{{/upright}}{{/line}}\
    {{#lower}}<sub>{{text}}</sub>{{/lower}}{{#upper}}<sup>{{text}}</sup>{{/upper}}
    """

  static let style = """
    * { box-sizing: border-box; }
    body { margin: 0; background: #ffffff; color: #1a1a1a;
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
    main { max-width: 58rem; margin: 0 auto; padding: 1.2rem 1rem 3rem; }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.4rem 0 0; overflow-wrap: anywhere; }
    h2 { font-size: 1.15rem; margin: 2.2rem 0 0.7rem; padding-bottom: 0.2rem;
      border-bottom: 1px solid #cccccc; }
    h3 { font-size: 1rem; margin: 1.3rem 0 0.4rem; }
    .subtitle { margin: 0.2rem 0 0; color: #555555; overflow-wrap: anywhere; }
    .verdicts { list-style: none; margin: 0; padding: 0; }
    .verdicts li { margin: 0.4rem 0; padding: 0.5rem 0.8rem; border-left: 5px solid #777777;
      background: #f4f4f4; overflow-wrap: anywhere; }
    .verdicts .good { border-color: #009E73; background: #eef8f4; }
    .verdicts .caution { border-color: #E69F00; background: #fdf6e7; }
    .verdicts .bad { border-color: #D55E00; background: #fbeee6; }
    .sign { font-weight: bold; }
    .wide { overflow-x: auto; }
    table { border-spacing: 0; font-variant-numeric: tabular-nums; font-size: 0.84rem; }
    th, td { padding: 0.25rem 0.42rem; text-align: right; white-space: nowrap; }
    thead th { border-bottom: 1.5px solid #444444; font-weight: 600; white-space: normal;
      vertical-align: bottom; }
    th:first-child { text-align: left; padding-left: 0; white-space: normal; position: sticky;
      left: 0; background: #ffffff; }
    tbody th { font-weight: 500; }
    tbody tr + tr > * { border-top: 1px solid #e5e5e5; }
    .minor { color: #555555; font-size: 0.8rem; }
    tbody tr + .under > * { border-top: 0; padding-top: 0; }
    figure { margin: 1.2rem auto; }
    figure svg { display: block; width: 100%; height: auto; }
    figcaption { font-size: 0.88rem; color: #444444; margin-top: 0.3rem; }
    .file { display: block; color: #767676; font-size: 0.8rem; }
    .note { font-size: 0.88rem; color: #444444; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.2rem; margin: 0;
      font-size: 0.92rem; }
    dt { color: #555555; }
    dd { margin: 0; overflow-wrap: anywhere; }
    pre { background: #f4f4f4; padding: 0.7rem 0.9rem; white-space: pre-wrap;
      overflow-wrap: anywhere; font-size: 0.88rem; }
    @media (max-width: 560px) {
      dl { grid-template-columns: 1fr; gap: 0; }
      dd { margin-bottom: 0.5rem; }
    }
    @media print {
      body { font-size: 10.5pt; }
      main { max-width: none; padding: 0; }
      .wide { overflow: visible; }
      table { font-size: 0.8rem; }
      th, td { padding: 0.2rem 0.35rem; }
      figure, table, .verdicts li { break-inside: avoid; }
      h2, h3 { break-after: avoid; }
    }
    """
}
